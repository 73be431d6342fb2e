"""The texts of the pages: whole in English and in Italian."""

import json
import re
from pathlib import Path

import pytest

TEXTS = sorted(
    (Path(__file__).parents[2] / "src/entrypoints/web/static/texts").glob("*.js"),
)
_BLOCK = re.compile(r"\b(en|it)\s*[:=]\s*\{")
_ENTRY = re.compile(r'^\s*(\w+):\s*("(?:[^"\\]|\\.)*"),?\s*(?://.*)?$', re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def read_texts(path: Path) -> dict[str, dict[str, str]]:
    """The texts of a file by language and key; each entry is ``key: "text",`` on a line."""
    source = path.read_text()
    starts = [*_BLOCK.finditer(source)]
    ends = [*(start.start() for start in starts[1:]), len(source)]
    return {
        start[1]: {
            key: json.loads(text)
            for key, text in _ENTRY.findall(source[start.end() : end].replace("\n\n", "\n"))
        }
        for start, end in zip(starts, ends, strict=True)
    }


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_both_languages_have_the_same_keys(path: Path) -> None:
    """A key that one language lacks would stop the page."""
    texts = read_texts(path)
    assert list(texts) == ["en", "it"]
    assert texts["en"]
    assert texts["en"].keys() == texts["it"].keys()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_both_languages_fill_in_the_same_values(path: Path) -> None:
    """A placeholder that is misspelt in one language would show as undefined.

    The text for one thing may spell its number out.
    """
    texts = read_texts(path)
    for key, english in texts["en"].items():
        italian = texts["it"].get(key, "")
        differing = {*_PLACEHOLDER.findall(english)} ^ {*_PLACEHOLDER.findall(italian)}
        assert differing <= ({"n"} if key.endswith("_one") else set()), key


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_plural_is_whole(path: Path) -> None:
    """Who counts one thing also counts others, and the other way round."""
    for texts in read_texts(path).values():
        for key, text in texts.items():
            stem, _, number = key.rpartition("_")
            if number == "other":
                assert f"{stem}_one" in texts
            if number == "one" and "{n}" in text:
                assert f"{stem}_other" in texts


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_nothing_escapes_these_tests(path: Path) -> None:
    """Each line of a texts file is an entry, a comment, a bracket or empty."""
    rest = re.sub(
        r"(?m)^\s*//.*$|^export .*$|^const (en|it) = \{$|^\s*(en|it): \{$", "", path.read_text()
    )
    assert not re.sub(r"[\s{};,]", "", _ENTRY.sub("", rest)), path
