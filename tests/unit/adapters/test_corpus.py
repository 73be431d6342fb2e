"""What a fuzzer found, once more: no reader ends in anything but a sentence, nor takes long."""

import time
from pathlib import Path

import pytest

from tests.fuzz import targets
from tests.fuzz.targets import TARGETS, packed

CORPUS = Path(targets.__file__).with_name("corpus")
INPUTS = sorted(path for path in CORPUS.glob("*/*") if path.is_file())
_SECONDS = 5.0


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_an_input_of_the_corpus_is_read_or_refused(path: Path) -> None:
    """Each was kept for the lines that it reaches, or because it once failed."""
    TARGETS[path.parent.name](path.read_bytes())


def test_every_target_has_a_corpus() -> None:
    """And every corpus its target; together they are small."""
    assert {path.parent.name for path in INPUTS} == set(TARGETS)
    assert sum(path.stat().st_size for path in INPUTS) < 100_000


@pytest.mark.parametrize("at", range(22))
def test_a_damaged_end_record_is_refused(at: int) -> None:
    """Bad input 26: any byte of the record that ends a zip, changed to any of a few others."""
    whole = packed({"diary.csv": b"Name,Year,Date,Letterboxd URI\nHeat,1995,2024-01-01,\n"})
    for value in (0, 1, 127, 128, 254, 255):
        damaged = bytearray(whole)
        damaged[len(whole) - 22 + at] = value
        TARGETS["archive"](bytes(damaged))


@pytest.mark.slow
def test_any_changed_byte_of_a_zip_is_read_or_refused() -> None:
    """Bad input 26: wherever it is."""
    whole = packed({"diary.csv": b"Name,Year,Date\n", "mimetype": b"x"})
    for at in range(len(whole)):
        for value in (0, 255, whole[at] ^ 1, whole[at] ^ 128):
            TARGETS["archive"](whole[:at] + bytes([value]) + whole[at + 1 :])


@pytest.mark.parametrize(
    "unit",
    [
        "<![",
        "<!",
        "<a ",
        "</",
        "<!--",
        "&",
        "&#",
        "<a b='",
        "<script>",
        "<tr",
        "<td><tr>",
        "<p>",
    ],
)
@pytest.mark.parametrize("target", ["html", "feed"])
def test_what_never_ends_is_read_at_once(target: str, unit: str) -> None:
    """A parser that looks for the end of each of them takes minutes."""
    page = "<table><tr><td>" + unit * (80_000 // len(unit))
    item = "<guid>letterboxd-review-1</guid><title>Heat</title>"
    escaped = page.replace("&", "&amp;").replace("<", "&lt;")
    feed = (
        f"<rss><channel><item>{item}<description>{escaped}</description></item></channel></rss>"
    )
    began = time.monotonic()
    TARGETS[target]((feed if target == "feed" else page).encode())
    assert time.monotonic() - began < _SECONDS
