"""Measuring the model on annotated documents."""
