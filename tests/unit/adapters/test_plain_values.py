"""Values of every library, as values of JSON."""

import os

import pytest

if os.environ.get("CI") != "true":
    pytest.importorskip("pyspark", reason="The extra distributed is not installed.")

import subprocess
import sys
from contextlib import suppress
from typing import Any

import orjson
import pandas as pd

from cinestats.adapters.plain_values import (
    fields_of,
    named_values,
    plain_value,
    shown,
    text_of,
    title_key,
)
from cinestats.domain.errors import InvalidInput

from .odd_values import ODD_VALUES, READABLE, UNREADABLE, Mute, Silent


@pytest.mark.parametrize(("value", "expected"), READABLE.values(), ids=READABLE)
def test_what_can_be_read_is_of_pythons_own_types(value: Any, expected: Any) -> None:
    """``orjson`` writes no subclass, and no infinity."""
    plain = plain_value(value)
    assert plain == expected
    assert type(plain) is type(expected)
    assert orjson.loads(orjson.dumps(plain, option=orjson.OPT_PASSTHROUGH_SUBCLASS)) == expected


@pytest.mark.parametrize(("value", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_one_error(value: Any, reason: str) -> None:
    """Under the name of its field, in one line."""
    for given in (value, {"inner": value}):
        with pytest.raises(InvalidInput, match=f"^genres: {reason}") as refused:
            plain_value(given, "genres")
        assert "\n" not in str(refused.value)


@pytest.mark.filterwarnings("ignore:Surrogate character:RuntimeWarning")
@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES)
def test_whatever_it_is_the_answer_is_a_value_or_an_error(value: Any) -> None:
    for read in (plain_value, fields_of, named_values, text_of):
        with suppress(InvalidInput):
            read(value, "film")
    with suppress(InvalidInput):
        assert isinstance(title_key(value), str)
    assert len(shown(value)) <= 80


def test_what_is_not_there_has_no_title() -> None:
    assert [title_key(each) for each in (None, pd.NA, pd.NaT, float("nan"))] == [""] * 4


def test_the_field_is_named_that_cannot_be_read() -> None:
    with pytest.raises(InvalidInput, match=r"^name: is not UTF-8"):
        fields_of({"year": 1995, "name": b"\xff"}, "movie")
    assert named_values({"year": 1995, "name": b"\xff"}, "movie")["name"] == b"\xff"


def test_a_value_is_shown_in_one_line() -> None:
    assert shown(pd.Series(["a", "b"])) == "0 a 1 b dtype: object"
    assert shown(Silent()) == "a value of Silent without a repr (RuntimeError)"
    assert shown([Mute()]) == "a value of list without a repr (RuntimeError)"
    assert shown("x" * 100) == "'" + "x" * 79


def test_none_of_these_libraries_is_needed() -> None:
    """Nor loaded: an application may have none of them."""
    code = (
        "import sys\n"
        "from cinestats.adapters.plain_values import plain_value\n"
        "assert plain_value({'name': (b'Heat', float('nan'))}) == {'name': ['Heat', None]}\n"
        "assert not {'numpy', 'pandas', 'bson', 'pyspark', 'pyarrow'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
