"""ZIP containers (docx, odt, ofd), read with an eye on what they unpack to."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Self

from extraction.errors import BrokenFileError, EncryptedFileError, FileTooLargeError
from extraction.limits import ExtractionLimits

MAX_MEMBERS = 10_000
_ENCRYPTED = 0x1


class Archive:
    """The members of a ZIP file, each unpacked only when it is asked for."""

    def __init__(self, container: zipfile.ZipFile, limits: ExtractionLimits) -> None:
        self._container = container
        self._limits = limits
        self._left = limits.inflated_bytes

    @classmethod
    def of(cls, data: bytes, limits: ExtractionLimits) -> Self:
        """The archive that ``data`` is.

        Raises:
            BrokenFileError: if it is none.
            EncryptedFileError: if a member is encrypted.
            FileTooLargeError: if the members claim to unpack to more than the limit.
        """
        try:
            container = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise BrokenFileError from error
        members = container.infolist()
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise EncryptedFileError
        claimed = sum(member.file_size for member in members)
        if claimed > limits.inflated_bytes or len(members) > MAX_MEMBERS:
            raise FileTooLargeError("inflated_bytes", limits.inflated_bytes)
        return cls(container, limits)

    @property
    def names(self) -> frozenset[str]:
        """The names of all members."""
        return frozenset(self._container.namelist())

    def read(self, name: str) -> bytes:
        """The content of a member; what is read counts against the limit.

        Raises:
            BrokenFileError: if there is no such member, or it is damaged.
            FileTooLargeError: if it unpacks to more than is left of the limit.
        """
        try:
            with self._container.open(name) as member:
                content = member.read(self._left + 1)
        except (
            KeyError,
            EOFError,
            OSError,
            ValueError,
            RuntimeError,  # what zipfile raises for encrypted members, and for unknown methods
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise BrokenFileError from error
        self._left -= len(content)
        if self._left < 0:
            raise FileTooLargeError("inflated_bytes", self._limits.inflated_bytes)
        return content
