"""Why a file cannot be read. None of these knows HTTP."""

from __future__ import annotations


class UnreadableFileError(Exception):
    """The file cannot be read; the message, in Chinese, says what is wrong with it."""


class NoTemporarySpaceError(Exception):
    """Nothing can be written to this machine's temporary folder; no fault of the file."""


class UnsupportedFormatError(UnreadableFileError):
    """The file is of no format that can be read."""

    def __init__(self, message: str = "不支持这种文件格式。") -> None:
        super().__init__(message)


class ConverterMissingError(UnreadableFileError):
    """The format needs LibreOffice, which this machine does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"读取 .{name} 文件需要 LibreOffice，本机没有安装；请另存为 .docx 后再提交。"
        )


class BrokenFileError(UnreadableFileError):
    """The file is damaged or not of the format it claims to be."""

    def __init__(self, message: str = "文件已损坏，或内容与格式不符。") -> None:
        super().__init__(message)


class EncryptedFileError(UnreadableFileError):
    """The file is protected by a password."""

    def __init__(self) -> None:
        super().__init__("文件已加密，请去除密码后再提交。")


class NoTextLayerError(UnreadableFileError):
    """The pages are pictures."""

    def __init__(self) -> None:
        super().__init__("文件没有文字层（可能是扫描件），请先做文字识别（OCR）。")


class EmptyFileError(UnreadableFileError):
    """There is no text in the file."""

    def __init__(self) -> None:
        super().__init__("文件中没有文字。")


class FileTooLargeError(UnreadableFileError):
    """The file is over one of the limits; ``limit`` names the field of ``ExtractionLimits``."""

    def __init__(self, limit: str, allowed: int) -> None:
        super().__init__(f"文件超过上限：{limit} 最多 {allowed}。")
        self.limit = limit
        self.allowed = allowed


class ExtractionTimeoutError(UnreadableFileError):
    """Reading the file took too long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"读取文件超过 {seconds:g} 秒，已中止。")
