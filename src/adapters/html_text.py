"""The words of a piece of HTML, as plain text.

The HTML comes from strangers. The standard library's parser takes minutes for a few kilobytes
of what it never finds the end of, so what is a tag is told by an expression that does not read
on beyond the next one.
"""

import re
from html import unescape

_TAG = re.compile(r"<([^<>]*)>")
_NAME = re.compile(r"/?\s*([a-z][a-z0-9]*)", re.IGNORECASE)
_BLOCKS = {"p", "blockquote", "div", "li", "ul", "ol"}
_NO_CHARACTER = re.compile(r"&#(?:\d{8,}|x[0-9a-f]{8,});?", re.IGNORECASE)


def unescaped(text: str) -> str:
    """The text with the characters that its references name, however long their numbers are."""
    return unescape(_NO_CHARACTER.sub("\ufffd", text))


def paragraphs(html: str) -> list[str]:
    """The paragraphs that hold words, without tags; a line break stays one.

    >>> paragraphs('<p><img src="a.jpg"/></p> <p>Fast &amp; <i>funny</i>.<br/>Twice.</p>')
    ['Fast & funny.\\nTwice.']
    """
    found = [""]
    for index, part in enumerate(_TAG.split(html)):
        if index % 2 == 0:
            found[-1] += unescaped(part)
            continue
        name = _NAME.match(part)
        if name and name[1].lower() in _BLOCKS:
            found.append("")
        elif name and name[1].lower() == "br":
            found[-1] += "\n"
    lines = ("\n".join(map(str.strip, each.splitlines())) for each in found)
    return [each.strip() for each in lines if each.strip()]
