"""Measurements of the running service, on this machine only."""
