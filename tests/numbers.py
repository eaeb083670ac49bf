"""Finding the numbers of a text, for checking that a summary changed none of them."""

from __future__ import annotations

import re
from collections import Counter

_NUMBER = re.compile(
    r"[0-9０-９]+(?:[,，][0-9０-９]{3}(?![0-9０-９]))*(?:[.．][0-9０-９]+)*[%％‰]?"
)


def numbers_in(text: str) -> Counter[str]:
    """How often each number written in digits stands in ``text``."""
    return Counter(_NUMBER.findall(text))
