import csv
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.domain.titles import normalize_title

DATA = Path(__file__).parents[4] / "shared" / "data"
EDGE_CASES = DATA / "title_edge_cases.csv"
FORMS = ("NFC", "NFD", "NFKC", "NFKD")


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Amélie", "amelie"),
        ("  The   Godfather ", "the godfather"),
        ("Schindler's List", "schindlers list"),
        ("L'avventura", "lavventura"),
        ("Fast & Furious", "fast and furious"),
        ("WALL·E", "wall e"),
        ("(500) Days of Summer", "500 days of summer"),
        ("*batteries not included", "batteries not included"),
        ("Bron/Broen", "bron broen"),
        ("Kærlighed på Østerbro", "kaerlighed pa osterbro"),
        ("Łódź", "lodz"),
        ("Đặng", "dang"),
        ("Die große Stille", "die grosse stille"),
        ("DIE GROSSE STILLE", "die grosse stille"),
        ("Işık", "isik"),
        ("Сталкер", "stalker"),
        ("リング", "ringu"),
        ("英雄", "ying xiong"),
        ("올드보이", "oldeuboi"),
        ("8½", "8 1 2"),
        ("8 1/2", "8 1 2"),
        ("2½ Men", "2 1 2 men"),
        ("[REC]²", "rec 2"),
        ("[REC] 2", "rec 2"),
        ("Alien³", "alien 3"),
        ("Alien3", "alien 3"),
        ("Se7en", "se7en"),
        ("π", "pi"),
        ("P", "p"),
        ("Ⅲ", "iii"),
        ("'71", "71"),
        ("11:14", "11 14"),
        ("$", "$"),
        ("$9.99", "9 99"),
        ("?", "?"),
        ("…", "..."),
        ("...", "..."),
        ("☂", "☂"),
        ("ꭰ", "a"),
        ("𓀀 2", "𓀀 2"),
    ],
)
def test_a_title_has_this_key(title: str, key: str) -> None:
    """Latin letters and digits in lower case; where there are none, the title itself."""
    assert normalize_title(title) == key


@pytest.mark.parametrize("mark", ["'", "’", "‘", "ʼ", "ʻ", "`", "´", "′", "＇"])
def test_every_apostrophe_is_the_same(mark: str) -> None:
    """People type many signs for an apostrophe; each goes."""
    assert normalize_title(f"Ocean{mark}s Eleven") == "oceans eleven"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Scream 2", "Scream 3"), ("𓀀", "𓀁"), ("$", "?"), ("π", "P"), ("Up", "U P")],
)
def test_different_titles_keep_different_keys(one: str, other: str) -> None:
    """What tells two titles apart is not thrown away."""
    assert normalize_title(one) != normalize_title(other)


@given(st.text())
def test_the_unicode_form_makes_no_difference(title: str) -> None:
    """A title typed in one normal form is the same title in any other."""
    assert {normalize_title(unicodedata.normalize(f, title)) for f in FORMS} == {
        normalize_title(title)
    }


@given(st.text())
def test_a_key_is_its_own_key(title: str) -> None:
    """Normalising twice changes nothing."""
    key = normalize_title(title)
    assert normalize_title(key) == key


@given(st.text(min_size=1))
def test_only_a_blank_title_has_a_blank_key(title: str) -> None:
    """No title disappears."""
    blank = not unicodedata.normalize("NFKC", title).strip()
    assert (normalize_title(title) == "") == blank


@pytest.mark.skipif(
    not EDGE_CASES.exists(), reason="shared/data/title_edge_cases.csv is absent"
)
def test_the_edge_cases_share_a_key_only_where_they_share_their_letters() -> None:
    """Titles of one key, from real films, are one text but for accents and punctuation.

    A title in another script may meet its own transliteration: the same film's, or a
    namesake's.
    """
    spellings: defaultdict[str, set[str]] = defaultdict(set)
    with EDGE_CASES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column in ("title", "original_title", "italian_title"):
                if row[column]:
                    spellings[normalize_title(row[column])].add(row[column])
    assert len(spellings) > 1000
    for key, titles in spellings.items():
        assert len({_letters(title) for title in titles if _is_latin(title)}) <= 1, titles
        assert len({title for title in titles if not _is_latin(title)}) <= 1, titles
        assert all(normalize_title(variant) == key for t in titles for variant in _retyped(t))


def _letters(title: str) -> str:
    text = unicodedata.normalize("NFKD", title.replace("&", "and")).casefold()
    return "".join(c for c in text if c.isalnum())


def _is_latin(title: str) -> bool:
    return all("LATIN" in unicodedata.name(c) for c in title if c.isalpha())


def _retyped(title: str) -> list[str]:
    forms = [unicodedata.normalize(form, title) for form in FORMS]
    return [*forms, f" {title} ", title.replace("'", "’"), title.replace(" - ", " – ")]
