"""What a picture is: its first bytes say so, whatever it is called."""

_MAGIC = {
    "image/jpeg": (b"\xff\xd8\xff", 0),
    "image/png": (b"\x89PNG\r\n\x1a\n", 0),
    "image/webp": (b"WEBP", 8),
}
MEDIA_TYPES = frozenset(_MAGIC)
"""The types that are shown. SVG is not: it is a document that may hold programs."""


def media_type_of(data: bytes) -> str | None:
    """The media type that the bytes are of; None for anything but a picture.

    >>> media_type_of(b"\\x89PNG\\r\\n\\x1a\\n..."), media_type_of(b"<svg></svg>")
    ('image/png', None)
    """
    for media_type, (magic, at) in _MAGIC.items():
        if data[at:].startswith(magic) and (at == 0 or data.startswith(b"RIFF")):
            return media_type
    return None
