"""Where the shipped checkpoint is; apart from the code that needs torch."""

from pathlib import Path

SHIPPED_CHECKPOINT = Path(__file__).parent / "checkpoint"
