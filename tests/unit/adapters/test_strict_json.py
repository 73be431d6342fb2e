"""JSON read strictly."""

import pytest

from cinestats.adapters.strict_json import parse
from cinestats.domain.errors import InvalidInput


def test_json_is_read() -> None:
    """All kinds of values, from bytes or text."""
    assert parse(b'{"a": [1, 2.5, true, null, "\xc3\xa8"]}') == {"a": [1, 2.5, True, None, "è"]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff", "is not UTF-8 at byte 0"),
        (b'{"rating": NaN}', "NaN"),
        (b'{"rating": -Infinity}', "Infinity"),
        (b'{"rating": 1e999}', "out of range"),
        (b'{"rating": 9223372036854775808}', "64 bits"),
        (b"9" * 5000, "5,000 digits"),
        (b"[" * 100_000, "deeper than"),
        (b"[" * 100_000 + b"]" * 100_000, "deeper than"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "deeper than"),
        (b'{"a": 1, "a": 2}', "the key 'a' twice"),
        (b'{"a": "\\ud800"}', "lone surrogate"),
        (b'{"\\udfff": 1}', "lone surrogate"),
    ],
)
def test_what_careless_readers_let_through_is_refused(text: bytes, reason: str) -> None:
    """Bad inputs 1, 4 to 8: one sentence that says what is wrong."""
    with pytest.raises(InvalidInput, match=reason) as caught:
        parse(text)
    assert len(str(caught.value)) < 200
