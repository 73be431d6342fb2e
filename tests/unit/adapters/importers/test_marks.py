import pytest

from cinestats.adapters.importers import marks
from cinestats.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        *(("Yes", True), ("TRUE", True), ("1", True), ("x", True), ("Sì", True)),
        *(("", False), ("no", False), ("False", False), ("0", False)),
    ],
)
def test_a_flag_is_yes_or_no(cell, found):
    """In any case."""
    assert marks.flag(cell, "Rewatch") is found


def test_another_word_is_no_flag():
    """The sentence says what was found."""
    with pytest.raises(InvalidInput, match="Rewatch: found 'perhaps', expected yes or no"):
        marks.flag("perhaps", "Rewatch")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", None),
        (" \n ", None),
        ("Tall.", "Tall."),
        ("One.\r\n\r\nTwo.\n", "One.\n\nTwo."),
        ("bell\x07 and tab\tstay", "bell and tab\tstay"),
        ("Ame\u0301lie", "Amélie"),
        ("Ame\u0301lie\nagain", "Amélie\nagain"),
    ],
)
def test_words_keep_their_lines(cell, found):
    """And nothing that cannot be seen."""
    assert marks.text(cell) == found


@pytest.mark.parametrize(
    ("tags", "found"),
    [(("Short",), True), (("a", "shorts"), True), (("short film",), False), ((), False)],
)
def test_a_tag_may_tell_of_a_short(tags, found):
    """One of two words."""
    assert marks.tell_of_a_short(tags) is found
