"""Answers that are given again: for retries, and from memory."""
