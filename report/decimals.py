"""Numbers in running text: the commas inside of them, and line breaks that cut them."""

from __future__ import annotations

import re

CLAUSE_COMMA = r"(?:，|,)(?!(?<=[0-9０-９].)[0-9０-９]{3}(?![0-9０-９]))"
"""Pattern of a comma that ends a clause, and does not group the digits of 1,234 or 1，234."""

BROKEN_DECIMAL = re.compile(
    r"(?:(?<=[^\r\n\s0-9０-９][0-9０-９][.．])|(?<=[^\r\n\s0-9０-９][0-9０-９]{2}[.．])|(?<=[0-9０-９]{3}[.．]))"
    r"[\r\n]+(?=[0-9０-９]{1,4}\s?(?:[%％‰]|个百分点|[万亿倍元]))"
)
"""The line break inside a decimal that page layout broke over two lines.

Only before a unit that decimals have, and not after a number that opens its line: there
it is the mark of a list item, or the end of a sentence.
"""
