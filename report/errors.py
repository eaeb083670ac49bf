"""What can be wrong with a text that is to be summarised."""

from __future__ import annotations


class UnusableTextError(Exception):
    """The text cannot be summarised; the message says why, in words for the caller."""


class BlankTextError(UnusableTextError):
    """There is nothing but white space."""

    def __init__(self) -> None:
        super().__init__("文本为空或只有空白字符。")


class TextTooLongError(UnusableTextError):
    """The text is longer than the limit, counted without white space at its ends."""

    def __init__(self, limit: int, actual: int) -> None:
        super().__init__(f"文本去除首尾空白后最多 {limit} 个字符，实际 {actual} 个。")
        self.limit = limit
        self.actual = actual


class NoChineseTextError(UnusableTextError):
    """There is no Chinese character in the text."""

    def __init__(self) -> None:
        super().__init__("文本中没有汉字。")
