"""Reports that come as files: their text first, then the same as for any text."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from extraction.document import ExtractedDocument
from extraction.limits import ExtractionLimits
from report.judging import SentText
from report.summary import Notice, Summary, WarningCode
from report.watching import Stage, Watch
from service.work.model_host import ModelHost
from service.work.places import Places
from service.work.request_watch import RequestWatch
from service.work.requests import FileSummaryRequest, SummaryRequest

_RETRY_SECONDS = 2.0


class TextExtractor(Protocol):
    """Anything that finds the text of a file."""

    @property
    def limits(self) -> ExtractionLimits:
        """What one file may take."""

    def extract(self, data: bytes, name: str, watch: Watch) -> ExtractedDocument:
        """The text of ``data``; of ``name`` only the extension counts."""


@dataclass(frozen=True, slots=True)
class FileSummary:
    """The answer for a file: that for its text, and the text."""

    summary: Summary
    document: ExtractedDocument


class FileSummariser:
    """Summarises files with the model of ``host``.

    Args:
        host: the model.
        extractor: finds the text of files.
        places: how many requests with files may be under way at once.
    """

    def __init__(self, host: ModelHost, extractor: TextExtractor, places: int) -> None:
        self._host = host
        self._extractor = extractor
        self._places = Places(places)

    @property
    def limits(self) -> ExtractionLimits:
        """What one file may take."""
        return self._extractor.limits

    def admission(self) -> AbstractContextManager[None]:
        """Entered before a file is even received from its form: it may be large in memory.

        Files have places of their own, so that slow ones keep no text from the model.

        Raises:
            OverloadedError: if as many files as may be are under way.
        """
        return self._places.hold(_RETRY_SECONDS)

    def summarise(self, request: FileSummaryRequest, watch: RequestWatch) -> FileSummary:
        """Summarise the report in a file.

        Raises:
            UnreadableFileError: if the file cannot be read.
            ModelNotReadyError: while the model is loading.
            OverloadedError: if as many requests as may wait are waiting already.
            WorkStoppedError: if the watch ends the work.
        """
        self._host.require_room()  # or reading the file would be in vain
        with watch.stage(Stage.EXTRACT):
            document = self._extractor.extract(request.file.content, request.file.name, watch)
        sent = SentText(document.text, request.title, document.outline)
        with self._host.admission():
            summary = self._host.summarise_admitted(SummaryRequest(sent, request.options), watch)
        summary = with_encoding_notice(summary, document)
        watch.summaries.append(summary)
        return FileSummary(summary, document)


def with_encoding_notice(summary: Summary, document: ExtractedDocument) -> Summary:
    """``summary`` with a warning if the encoding of the file had to be guessed."""
    if not document.encoding_guessed:
        return summary
    message = (
        f"文件没有注明字符编码，按 {document.encoding} 读取；如有乱码，请转为 UTF-8 后再提交。"
    )
    notice = Notice(WarningCode.ENCODING_GUESSED, message)
    return replace(summary, notices=(notice, *summary.notices))
