"""Repairs: from a text as it arrives to the text that is read, and every position back."""
