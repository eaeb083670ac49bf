"""Training data for the role tagger: weak labels, noise, sampling."""
