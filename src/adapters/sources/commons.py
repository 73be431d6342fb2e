"""Wikimedia Commons: where the file is that Wikidata names.

After https://www.mediawiki.org/wiki/Manual:$wgHashedUploadDirectory and
https://www.mediawiki.org/wiki/Common_thumbnail_sizes, as of 2026-11-28.
"""

import hashlib
from urllib.parse import quote

COMMONS = "https://upload.wikimedia.org/wikipedia/commons"
_WIDTH = 330  # one of the few widths that are kept ready there
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


def address_of(file: str, base: str) -> str | None:
    """The address of a file's small picture; None for what is no plain picture.

    >>> address_of("M poster.jpg", "https://upload.wikimedia.org/wikipedia/commons")
    'https://upload.wikimedia.org/wikipedia/commons/thumb/a/ab/M_poster.jpg/330px-M_poster.jpg'
    >>> address_of("Poster.svg", "https://upload.wikimedia.org/wikipedia/commons")
    """
    name = file.strip().replace(" ", "_")
    name = name[:1].upper() + name[1:]
    if not name.lower().endswith(_PICTURES) or "/" in name:
        return None
    folder = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    called = quote(name)
    return f"{base}/thumb/{folder[0]}/{folder[:2]}/{called}/{_WIDTH}px-{called}"
