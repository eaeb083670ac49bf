"""The work on requests: the model, the line in front of it, deadlines."""
