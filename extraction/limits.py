"""How much of the machine the reading of one file may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExtractionLimits:
    """Limits of one file.

    Attributes:
        file_bytes: size of the file.
        inflated_bytes: size of all that is unpacked from it.
        pages: pages of a PDF or OFD file.
        characters: length of the extracted text.
        memory_bytes: address space of the reading process beyond what it begins with.
        seconds: time for reading it.
    """

    file_bytes: int = 20 * 1024 * 1024
    inflated_bytes: int = 100 * 1024 * 1024
    pages: int = 500
    characters: int = 1_000_000
    memory_bytes: int = 1024 * 1024 * 1024
    seconds: float = 30.0
