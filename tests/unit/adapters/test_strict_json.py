"""JSON read strictly."""

from collections.abc import Callable
from typing import Any

import pytest

from cinestats.adapters.strict_json import (
    MAX_DEPTH,
    as_object,
    optional_text,
    parse,
    text,
    texts,
    whole,
)
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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1 2]", "is not JSON: Expecting ',' delimiter at line 1, column 4"),
        ("[1,\n x]", "is not JSON: Expecting value at line 2, column 2"),
        (b"ab\xff", "is not UTF-8 at byte 2"),
        ("NaN", "holds NaN, which is not a JSON number"),
        ("[1e999]", "holds a number out of range"),
        ("[-1e999]", "holds a number out of range"),
        ("9223372036854775808", "holds a whole number of more than 64 bits"),
        ("-9223372036854775809", "holds a whole number of more than 64 bits"),
        ("9" * 20, "holds a whole number of 20 digits"),
        (f"-{'9' * 20}", "holds a whole number of 20 digits"),
        ("9" * 2000, "holds a whole number of 2,000 digits"),
        ('{"a": 1, "b": 2, "c": 3, "b": 4, "c": 5}', "holds the key 'b' twice"),
        ('"\\ud800"', "holds a lone surrogate"),
        ('["\\udfff"]', "holds a lone surrogate"),
        ("[" * 65 + "1" + "]" * 65, "nests deeper than 64 levels"),
        ("[" * 100_000, "nests deeper than 64 levels"),
        ('{"a":' * 64 + "[[]]" + "}" * 64, "nests deeper than 64 levels"),
    ],
)
def test_the_sentence_says_what_is_wrong_and_where(text: str | bytes, sentence: str) -> None:
    """The field is the body."""
    with pytest.raises(InvalidInput) as caught:
        parse(text)
    assert str(caught.value) == f"body: {sentence}"


@pytest.mark.parametrize(
    "text",
    [
        str(2**63 - 1),
        str(-(2**63)),
        '"\ud7ff\ue000"',
        "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH,
        '{"a":' * MAX_DEPTH + "1" + "}" * MAX_DEPTH,
    ],
)
def test_the_bounds_themselves_are_read(text: str) -> None:
    """Numbers of 64 bits, the letters next to the surrogates, and all levels there may be."""
    parse(text)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "absent or null"),
        (True, "true or false"),
        (1, "a number"),
        (1.5, "a number"),
        ([], "a list or an object"),
        ({}, "a list or an object"),
    ],
)
@pytest.mark.parametrize("read", [text, lambda fields, field: as_object(fields[field], field)])
def test_a_field_of_another_kind_is_named(
    read: Callable[[Any, str], object], value: object, kind: str
) -> None:
    """With what was found in it."""
    if read is not text and value == {}:
        assert read({"a": value}, "a") == {}
        return
    expected = "text" if read is text else "a JSON object"
    with pytest.raises(InvalidInput) as caught:
        read({"a": value}, "a")
    assert str(caught.value) == f"a: must be {expected}, not {kind}"


def test_a_text_may_be_absent_where_that_is_said() -> None:
    """Null is absent; outer white space goes, and 2,000 characters are the most."""
    assert (optional_text({}, "a"), optional_text({"a": None}, "a")) == ("", "")
    assert optional_text({"a": f" {'x' * 1998} "}, "a") == "x" * 1998
    for bad, sentence in (
        ("x" * 2001, "is 2,001 characters long, more than 2,000"),
        (7, "must be text, not a number"),
    ):
        with pytest.raises(InvalidInput) as caught:
            optional_text({"a": bad}, "a")
        assert str(caught.value) == f"a: {sentence}"


def test_one_text_is_a_list_of_one() -> None:
    """What is absent is a list of none; what is no text is refused, also among others."""
    values = (None, "A, B", [], ["A", "B"])
    assert [texts({"a": v}, "a") for v in values] == [(), ("A, B",), (), ("A", "B")]
    for bad in (7, True, {"A": 1}, ["A", None], [["A"]]):
        with pytest.raises(InvalidInput) as caught:
            texts({"a": bad}, "a")
        assert str(caught.value) == "a: must be a list of texts"


def test_a_whole_number_has_64_bits_and_no_fraction() -> None:
    """Neither true nor 1.0 is a whole number."""
    most = 2**63 - 1
    assert [whole({"a": n}, "a") for n in (None, 0, most, -most)] == [None, 0, most, -most]
    for bad, sentence in (
        (1.0, "must be a whole number, not a number"),
        (True, "must be a whole number, not true or false"),
        ("1", "must be a whole number, not text"),
        (2**63, f"must be at most {most}, not {2**63}"),
    ):
        with pytest.raises(InvalidInput) as caught:
            whole({"a": bad}, "a")
        assert str(caught.value) == f"a: {sentence}"
