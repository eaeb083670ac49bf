"""What is left of a web page's mark-up: character entities and tags."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from html.entities import html5

from report.repairs.edits import Edit

_BLOCKS = (
    "address|article|blockquote|body|br|caption|center|dd|div|dl|dt|footer|form|h[1-6]|head"
    "|header|hr|html|li|nav|ol|option|p|pre|section|select|table|tbody|tfoot|thead|title|tr|ul"
)
_INLINE = (
    "a|abbr|b|big|button|cite|code|col|del|em|font|i|iframe|img|input|ins|label|link|mark|meta"
    r"|s|small|span|strike|strong|sub|sup|tt|u|(?:o|v|w|st1):\w{1,20}"
)
_NAME = rf"/?(?:(?P<%sblock>{_BLOCKS})|(?P<%scell>td|th)|{_INLINE})"
# An equals sign tells a tag from running text in angle brackets.
_ATTRIBUTE = r"(?:\s+[a-z][\w:-]{0,30}\s?=[^<>]{0,800}?|\s*)"
_LESS, _MORE = r"&(?:amp;)?lt;", r"&(?:amp;)?gt;"
# Those that stand without their & or their semicolon: no words of any language.
_NO_WORDS = "nbsp|ldquo|rdquo|lsquo|rsquo|middot|mdash|ndash|hellip|bull|quot"
_DEBRIS = re.compile(
    rf"""
    (?P<unseen><!--(?:[^<]|<(?!!--))*?-->
      |<(?P<kind>style|script)\b[^<>]{{0,800}}>(?:[^<]|<(?!/?(?P=kind)\b))*+</(?P=kind)\s?>)
    |(?P<tag><{_NAME % ("", "")}{_ATTRIBUTE}/?>)
    |(?P<escaped_tag>{_LESS}{_NAME % ("escaped_", "escaped_")}{_ATTRIBUTE}/?{_MORE})
    |&(?:amp;)*(?P<entity>\#\d{{1,7}}|\#x[0-9a-f]{{1,6}}|[a-z][a-z0-9]{{1,31}});
    |(?<![a-z&])(?P<bare>{_NO_WORDS});
    |&(?P<unclosed>amp|lt|gt|{_NO_WORDS})(?![a-z;=])
    |(?P<ampersand>(?<![a-z&])amp;|(?<![a-z][a-z])(?<=[a-z])(?:&amp|amp;)(?=[a-z](?![a-z])))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ONE_LETTER_TAG = re.compile(rf"(?:<|{_LESS})[a-z]\s*(?:>|{_MORE})", re.IGNORECASE)
"""A tag that is none if it stands in a text without any other: 图书 <a> 类."""
_SHOWN_CONTROLS = ("", "\t", "\n")
_UNSEEN_CATEGORIES = {"Zs": " ", "Cc": "", "Cf": ""}


def entities(text: str) -> Iterator[Edit]:
    """Put the signs in the place of character entities, and take tags away.

    Entities may have lost their ampersand or semicolon (``nbsp;``, ``&ldquo``), or have
    been escaped twice. Tags that begin or end a block become line breaks, those of table
    cells a blank, others nothing. ``ramp;d`` becomes ``r&d``. A ``<`` in running text, an
    unknown entity and the ampersands of a web address stay, and so do names such as ``<a>``
    in a text that has no other tag.
    """
    found = list(_DEBRIS.finditer(text))
    marked_up = any(map(_is_certain_tag, found))
    for match in found:
        replacement = _replacement(match) if marked_up else _plain_replacement(match)
        if replacement is not None:
            yield Edit(match.start(), match.end(), replacement)


def _is_certain_tag(match: re.Match[str]) -> bool:
    tag = match["unseen"] or match["tag"] or match["escaped_tag"]
    return bool(tag) and not _ONE_LETTER_TAG.fullmatch(tag)


def _plain_replacement(match: re.Match[str]) -> str | None:
    """The replacement in a text that has no tags but, perhaps, some that are variables."""
    if match["tag"]:
        return None
    if match["escaped_tag"]:
        return html.unescape(html.unescape(match["escaped_tag"]))
    return _replacement(match)


def _replacement(match: re.Match[str]) -> str | None:
    if match["unseen"]:
        return ""
    if match["tag"] or match["escaped_tag"]:
        if match["block"] or match["escaped_block"]:
            return "\n"
        return " " if match["cell"] or match["escaped_cell"] else ""
    if match["ampersand"]:
        return "&"
    return _sign(match["entity"] or match["bare"] or match["unclosed"])


def _sign(name: str) -> str | None:
    """The sign an entity stands for; ``None`` if there is none of that name."""
    if name.startswith("#"):
        sign = html.unescape(f"&{name};")
    else:
        sign = html5.get(f"{name};") or html5.get(f"{name.lower()};", "")
        if not sign:
            return None
    if sign in _SHOWN_CONTROLS:
        return sign
    category = unicodedata.category(sign[0])
    return _UNSEEN_CATEGORIES.get(category, sign)
