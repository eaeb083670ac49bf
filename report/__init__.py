"""What a work report is and what its summary is: pure text code, no I/O."""
