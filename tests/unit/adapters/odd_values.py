"""Values as programs have them that hand films over: of every library, and of no sense."""

from collections import OrderedDict, UserDict, deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import bson
import numpy as np
import pandas as pd
import pyarrow as pa
from bson.dbref import DBRef
from pyspark.sql import Row


class Colour(Enum):
    RED = "red"


class Mixed(str, Enum):  # noqa: UP042 - the older form, whose str() names the class
    CRIME = "Crime"


class Modern(StrEnum):
    CRIME = "Crime"


class Stars(IntEnum):
    FOUR = 4


class Text(str):
    """Text that lies about itself."""

    __slots__ = ()

    def __str__(self) -> str:
        return "another"


class Silent:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Mute(Silent):
    def __str__(self) -> str:
        raise RuntimeError("no str")


class Lazy:
    """A row whose fields cannot be loaded any more."""

    def asDict(self) -> dict[str, object]:
        raise RuntimeError("the session is closed")


class Broken(UserDict[str, object]):
    def items(self) -> Any:
        raise RuntimeError("the connection is closed")


class Endless:
    """An array that is its own element."""

    def tolist(self) -> "Endless":
        return self


def counting() -> Iterator[int]:
    yield 1


def _holds_itself() -> dict[str, Any]:
    film: dict[str, Any] = {"name": "Heat"}
    film["again"] = film
    return film


def _nested(depth: int) -> list[Any]:
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    return deep


# What each is in JSON.
READABLE: dict[str, tuple[Any, Any]] = {
    "text": ("Heat", "Heat"),
    "bytes": (b"Heat", "Heat"),
    "bytearray": (bytearray(b"Heat"), "Heat"),
    "memoryview": (memoryview(b"Heat"), "Heat"),
    "a subclass of str": (Text("Heat"), "Heat"),
    "a text of NumPy's": (np.str_("Heat"), "Heat"),
    "bytes of NumPy's": (np.bytes_(b"Heat"), "Heat"),
    "an enum": (Colour.RED, "red"),
    "an enum of text": (Mixed.CRIME, "Crime"),
    "a StrEnum": (Modern.CRIME, "Crime"),
    "an IntEnum": (Stars.FOUR, 4),
    "true": (True, True),
    "true of NumPy's": (np.bool_(True), True),
    "np.float64": (np.float64(4.5), 4.5),
    "np.float32": (np.float32(4.5), 4.5),
    "np.float16": (np.float16(4.5), 4.5),
    "np.int64": (np.int64(4), 4),
    "np.uint8": (np.uint8(4), 4),
    "bson.Int64": (bson.Int64(4), 4),
    "Decimal": (Decimal("4.50"), 4.5),
    "Decimal128": (bson.Decimal128("4.5"), 4.5),
    "a number of Arrow's": (pa.scalar(4.5), 4.5),
    "a decimal of Arrow's": (pa.scalar(Decimal("4.5")), 4.5),
    "null of Arrow's": (pa.scalar(None, pa.int32()), None),
    "NaN": (float("nan"), None),
    "np.nan": (np.float64("nan"), None),
    "Decimal NaN": (Decimal("NaN"), None),
    "Decimal128 NaN": (bson.Decimal128("NaN"), None),
    "pd.NA": (pd.NA, None),
    "pd.NaT": (pd.NaT, None),
    "NaT of NumPy's": (np.datetime64("NaT"), None),
    "a day": (date(2025, 1, 20), "2025-01-20"),
    "a moment": (datetime(2025, 1, 20, 9, tzinfo=UTC), "2025-01-20T09:00:00+00:00"),
    "a moment of no zone": (
        datetime(2025, 1, 20, 9),  # noqa: DTZ001
        "2025-01-20T09:00:00+00:00",
    ),
    "pd.Timestamp": (pd.Timestamp("2025-01-20"), "2025-01-20T00:00:00+00:00"),
    "a day of NumPy's": (np.datetime64("2025-01-20"), "2025-01-20"),
    "a moment of NumPy's": (np.datetime64("2025-01-20", "s"), "2025-01-20T00:00:00+00:00"),
    "an id": (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    "an id of MongoDB's": (bson.ObjectId("0" * 24), "0" * 24),
    "a path": (PurePosixPath("a/b"), "a/b"),
    "an array": (np.array(["Crime", "Drama"]), ["Crime", "Drama"]),
    "an array of numbers": (np.array([[1.5], [2.5]]), [[1.5], [2.5]]),
    "an array of nothing": (np.array([]), []),
    "an array of anything": (np.array([pd.NA, b"a"], dtype=object), [None, "a"]),
    "an array of Arrow's": (pa.array(["Crime", None]), ["Crime", None]),
    "a series": (pd.Series(["Crime", "Drama"]), ["Crime", "Drama"]),
    "an index": (pd.Index(["Crime"]), ["Crime"]),
    "categories": (pd.Categorical(["Crime", "Crime"]), ["Crime", "Crime"]),
    "a tuple": (("Crime", 1), ["Crime", 1]),
    "a set": ({"Drama", "Crime"}, ["Crime", "Drama"]),
    "a frozenset": (frozenset(["Crime"]), ["Crime"]),
    "a deque": (deque(["Crime"]), ["Crime"]),
    "a range": (range(2), [0, 1]),
    "keys": ({"Drama": 1, "Crime": 2}.keys(), ["Drama", "Crime"]),
    "values": ({1: "Drama"}.values(), ["Drama"]),
    "a row": (
        Row(name="Heat", of=Row(year=np.int64(1995))),
        {"name": "Heat", "of": {"year": 1995}},
    ),
    "an ordered dict": (OrderedDict(name=b"Heat"), {"name": "Heat"}),
    "a user's dict": (UserDict(name="Heat"), {"name": "Heat"}),
    "keys of other kinds": (
        {b"a": 1, np.str_("b"): 2, 3: 3, Mixed.CRIME: 4},
        {"a": 1, "b": 2, "3": 3, "Crime": 4},
    ),
    "infinity": (float("inf"), 1.7976931348623157e308),
    "infinity below": (float("-inf"), -1.7976931348623157e308),
    "infinity of NumPy's": (np.float64("inf"), 1.7976931348623157e308),
    "Decimal infinity": (Decimal("Infinity"), 1.7976931348623157e308),
    "Decimal128 infinity": (bson.Decimal128("-Infinity"), -1.7976931348623157e308),
    "a Decimal beyond": (Decimal("1e400"), 1.7976931348623157e308),
    "an object": (object(), {}),
    "a class": (Silent, {}),
    "a function": (len, {}),
    "a generator": (counting(), {}),
    "a complex number": (1j, {}),
    "a reference": (DBRef("films", 7), {}),
    "an object without repr": (Silent(), {}),
    "a fraction": (Fraction(9, 2), "9/2"),
    "a length": (timedelta(hours=2), "2:00:00"),
}

# Why it cannot be read.
UNREADABLE: dict[str, tuple[Any, str]] = {
    "bytes that are no text": (b"\xff", "is not UTF-8 at byte 0"),
    "a list of such": ([b"a", b"\xff"], "is not UTF-8 at byte 0"),
    "a row without names": (Row("Heat", 4), "cannot be read: .*Heat.* raises PySparkTypeError"),
    "a row that is gone": (Lazy(), "cannot be read: .* raises RuntimeError"),
    "a mapping that is gone": (Broken(), "cannot be read: .* raises RuntimeError"),
    "a NaN that signals": (Decimal("sNaN"), "cannot be read: .*NaN.* raises ValueError"),
    "one of MongoDB's": (bson.Decimal128("sNaN"), "cannot be read: .*NaN.* raises ValueError"),
    "an object without str": (Mute(), "cannot be read: a .* raises RuntimeError"),
    "a list of such objects": ([Mute()], "cannot be read: a .* raises RuntimeError"),
    "a dict that holds itself": (_holds_itself(), "holds itself"),
    "an array that holds itself": (Endless(), "holds itself"),
    "a list of 65 levels": (_nested(65), "holds itself, or nests deeper than 64 levels"),
    "a list of 100,000 levels": (
        _nested(100_000),
        "holds itself, or nests deeper than 64 levels",
    ),
}

ODD_VALUES: dict[str, Any] = {
    **{name: value for name, (value, _) in READABLE.items()},
    **{name: value for name, (value, _) in UNREADABLE.items()},
    "null": None,
    "a number beyond 64 bits": 2**70,
    "a number of 5,000 digits": 10**5000,
    "a lone surrogate": "\ud800",
    "a frame": pd.DataFrame([{"name": "Heat"}]),
}
