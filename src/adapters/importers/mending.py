"""Undoes what programs did to text on its way: control characters, UTF-8 encoded twice."""

import re
from functools import cache
from typing import Any

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def mended(cell: str) -> str:
    """The cell as it was meant; text that is in order comes back as it is.

    >>> mended("AmÃ©lie"), mended("Alien\\x00"), mended("SÃO PAULO")
    ('Amélie', 'Alien', 'SÃO PAULO')
    """
    if cell.isascii():
        return cell if cell.isprintable() else _CONTROLS.sub("", cell)
    fixed = _fix_encoding(cell)
    # Text cut in the middle of a letter would come back as a letter that nobody wrote.
    if "\ufffd" in fixed and "\ufffd" not in cell:
        fixed = cell
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", fixed))


def _fix_encoding(cell: str) -> str:
    import ftfy  # only files with other letters than ASCII's pay for it

    return ftfy.fix_encoding(cell, _config())


@cache
def _config() -> Any:
    """Nothing but the encoding: quotes, ligatures and entities are the writer's own."""
    import ftfy

    return ftfy.TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        replace_lossy_sequences=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
    )
