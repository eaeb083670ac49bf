"""Word 97-2003 (.doc) and WPS (.wps) through LibreOffice, which makes .docx of them.

LibreOffice runs once per file, under a profile of its own that forbids macros, updates no
links and sends what it might ask of the network to a port that nobody listens at. The import
filter is always named, so that it never guesses: a web page or a template that calls itself
.doc is refused.

What it needs, measured with LibreOffice 7.4 on Linux: 0.6 GB of address space (``RLIMIT_AS``;
below that it crashes or ends without a file; 2 GB are a safe setting), files of 1 MB or the
size of the .docx if that is larger (``RLIMIT_FSIZE``), 1.5 s for a short report.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import subprocess
from pathlib import Path

import olefile

from extraction.errors import (
    BrokenFileError,
    ConverterMissingError,
    EncryptedFileError,
    ExtractionTimeoutError,
    FileTooLargeError,
)
from extraction.limits import ExtractionLimits

_COMMANDS = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_OUTPUT_FILTER = "docx:MS Word 2007 XML"
_WORKS_STREAMS = ("CONTENTS", "MN0")
# [MS-DOC] 2.5.2 FibBase: nFib at 2, the flags with fEncrypted at 10
_VERSION_AT, _FLAGS_AT, _FIB_BYTES = 2, 10, 12
_ENCRYPTED = 0x0100
_WORD_97 = 0x00C1
_SECONDS_TO_TERMINATE = 2.0
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetNoProxy", ""),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def find_soffice() -> str | None:
    """The path of LibreOffice's command, ``None`` if this machine does not have it."""
    return next(filter(None, map(shutil.which, _COMMANDS)), None)


def convert_to_docx(data: bytes, name: str, folder: Path, limits: ExtractionLimits) -> bytes:
    """A .doc or .wps file as .docx.

    Args:
        data: the file. WPS files of Kingsoft are Word files by another name; those of
            Microsoft Works are told from them by what is in them.
        name: the file's name or extension, for the message if LibreOffice is missing.
        folder: an empty folder, for LibreOffice's profile and files; the caller deletes it.
        limits: ``seconds`` is the time that LibreOffice has. It stays in the caller's process
            group, so that whoever kills the group for taking too long takes it along.

    Raises:
        ConverterMissingError: if LibreOffice is not installed.
        EncryptedFileError: if the file is protected by a password.
        BrokenFileError: if nothing comes out of LibreOffice.
        ExtractionTimeoutError: if it takes too long.
        FileTooLargeError: if the .docx is larger than ``inflated_bytes``.
    """
    import_filter = _import_filter(data)
    command = find_soffice()
    if command is None:
        raise ConverterMissingError(name.rpartition(".")[2])
    folder = folder.resolve()
    source = folder / "input.doc"
    source.write_bytes(data)
    _write_profile(folder / "profile")
    output = folder / "output"
    arguments = [
        *(command, "--headless", "--norestore", "--nodefault", "--nolockcheck", "--nologo"),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"--infilter={import_filter}",
        *("--convert-to", _OUTPUT_FILTER, "--outdir", str(output), str(source)),
    ]
    _run(arguments, folder, limits.seconds)
    return _read(output / "input.docx", limits)


def _import_filter(data: bytes) -> str:
    """The filter that LibreOffice is to read an OLE compound file with."""
    if not data.startswith(olefile.MAGIC):
        raise BrokenFileError
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            if not container.exists("WordDocument"):
                if any(map(container.exists, _WORKS_STREAMS)):
                    return "MS_Works"
                raise BrokenFileError
            fib = container.openstream("WordDocument").read(_FIB_BYTES)
    # What olefile raises for damaged files, directories that go in circles among them.
    except (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        raise BrokenFileError from error
    if len(fib) < _FIB_BYTES:
        raise BrokenFileError
    if int.from_bytes(fib[_FLAGS_AT:], "little") & _ENCRYPTED:
        raise EncryptedFileError
    version = int.from_bytes(fib[_VERSION_AT : _VERSION_AT + 2], "little")
    return "MS Word 97" if version >= _WORD_97 else "MS Word 95"


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>',
        encoding="utf-8",
    )


def _run(arguments: list[str], folder: Path, seconds: float) -> None:
    """Run LibreOffice to its end, or for ``seconds``."""
    nowhere = "http://127.0.0.1:9"
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        "MALLOC_ARENA_MAX": "2",  # address space would go with the number of cores
        "http_proxy": nowhere,
        "https_proxy": nowhere,
    }
    process = subprocess.Popen(  # noqa: S603 - no shell; no argument is the sender's
        arguments,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise ExtractionTimeoutError(seconds) from error
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End LibreOffice: told to terminate, its launcher kills what it has launched."""
    process.terminate()
    try:
        process.wait(_SECONDS_TO_TERMINATE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read(path: Path, limits: ExtractionLimits) -> bytes:
    try:
        size = path.stat().st_size
        if size > limits.inflated_bytes:
            raise FileTooLargeError("inflated_bytes", limits.inflated_bytes)
        content = path.read_bytes()
    except OSError as error:
        raise BrokenFileError from error
    if not content:
        raise BrokenFileError
    return content
