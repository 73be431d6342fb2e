import pytest

from cinestats.adapters.importers import cells, marks
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
    assert cells.flag(cell, "Rewatch") is found


def test_another_word_is_no_flag():
    """The sentence says what was found."""
    with pytest.raises(InvalidInput, match="Rewatch: found 'perhaps', expected yes or no"):
        cells.flag("perhaps", "Rewatch")


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
    assert cells.text(cell, "Review") == found


def test_only_a_table_says_that_there_are_no_words():
    """What somebody wrote at a service is theirs."""
    assert (marks.text("N/A"), cells.text("N/A", "Review")) == ("N/A", None)
