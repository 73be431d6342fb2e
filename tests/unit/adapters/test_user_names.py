"""Which names new users may have, and which look alike (bad input 30)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.user_names import PrecisNames
from cinestats.domain.errors import InvalidInput

RULE = PrecisNames()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("anna", "anna"),
        ("Anna", "anna"),
        (" Anna Maria ", "anna maria"),
        ("ａｎｎａ", "anna"),
        ("rene\u0301e", "ren\u00e9e"),
        ("o'neil.j_k-l@films.example+x", "o'neil.j_k-l@films.example+x"),
        ("Анна", "анна"),
        ("名前", "名前"),
        ("anna猫", "anna猫"),
        ("דנה1", "דנה1"),
        ("7", "7"),
        ("x" * 200, "x" * 200),
    ],
)
def test_a_name_is_in_small_letters(typed: str, name: str) -> None:
    """Whatever its script, and however it is composed or how wide its letters are."""
    assert RULE.account_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "victim/../x",
        "a\\b",
        "a%2Fb",
        "a?b",
        "a#b",
        "a&b",
        "<b>",
        "..",
        ".",
        "- -",
        "a  b",
        "a\u00a0b",
        "an\u200bna",  # zero width
        "an\u00adna",  # soft hyphen
        "\u202eanna",  # right to left
        "\u2066anna",
        "\ufeffanna",
        "1א",  # both directions
        "аnna",  # Cyrillic а
        "annα",  # Greek α
        "😀",
        "ⅷ",
        "ﬁlm",
        "a\x00b",
        "x" * 201,
        "",
    ],
)
def test_what_no_new_name_has(typed: str) -> None:
    """One sentence, for an account and for a diary."""
    with pytest.raises(InvalidInput, match=r"^user: [^\n]+$"):
        RULE.account_name(typed)
    with pytest.raises(InvalidInput, match=r"^user: [^\n]+$"):
        RULE.check_diary_name(typed)


def test_a_diary_keeps_its_capitals() -> None:
    """At home nobody signs in; but letters in another guise are another name to type."""
    RULE.check_diary_name("Anna Maria")
    with pytest.raises(InvalidInput, match=r"write it anna$"):
        RULE.check_diary_name("ａｎｎａ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna", "Anna"),
        ("anna", "аnna"),  # Cyrillic а
        ("anna", "an\u200bna"),
        ("anna", "an\u00adna"),
        ("anna", "\u202eanna"),
        ("anna", "ａｎｎａ"),
        ("anna", "𝐚𝐧𝐧𝐚"),
        ("сосо", "coco"),  # Cyrillic as a whole
        ("bern", "bem"),
        ("u1", "ul"),
        ("Al", "AI"),
        ("u0", " u0 "),
        ("anna maria", "anna\u3000 maria"),
        ("ren\u00e9e", "rene\u0301e"),
    ],
)
def test_these_look_alike(one: str, other: str) -> None:
    """Also names that nobody could take any more: they may be there."""
    assert RULE.looks(one) & RULE.looks(other)


@pytest.mark.parametrize(
    ("one", "other"), [("anna", "hanna"), ("anna", "bruno"), ("u1", "u2"), ("u0", "uo")]
)
def test_these_do_not(one: str, other: str) -> None:
    """Else nobody would find a name."""
    assert not RULE.looks(one) & RULE.looks(other)


@given(st.text(max_size=30) | st.text(" \u3000aA0o\u00c9", max_size=8))
def test_a_name_that_is_taken_once_is_taken_as_it_is(typed: str) -> None:
    """The form is stable, looks like what was typed, and never fails but in a sentence."""
    assert RULE.looks(typed) == RULE.looks(typed)
    try:
        name = RULE.account_name(typed)
    except InvalidInput:
        return
    assert RULE.account_name(name) == name
    assert RULE.looks(name) & RULE.looks(typed)
    assert not set(name) & set("/\\?#%\u200b")
