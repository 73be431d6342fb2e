"""What a cell may hold, at the bounds of what is let in."""

import pytest

from cinestats.adapters.importers import cells
from cinestats.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.year, "1870", 1870),
        (cells.year, "2200", 2200),
        (cells.year, "1994.0", 1994),
        (cells.year, "1994,00", 1994),
        (cells.minutes, "1", 1),
        (cells.minutes, "60000", 60_000),
        (cells.tmdb_id, "1", 1),
        (cells.tmdb_id, "1000000000", None),
        (cells.tmdb_id, "999999999", 999_999_999),
        (cells.out_of_ten, "1", 1),
        (cells.out_of_ten, "10", 10),
        (cells.out_of_ten, "7.0", 7),
        (cells.half_stars, "0.5", 1),
        (cells.half_stars, "0,50", 1),
        (cells.half_stars, "5", 10),
        (cells.half_stars, "5.0", 10),
        (cells.half_stars, "2.5", 5),
        (cells.half_stars, "½", 1),
        (cells.half_stars, "★", 2),
        (cells.half_stars, "★★★★★", 10),
        (cells.imdb_id, "tt12345", "tt12345"),
        (cells.imdb_id, "tt123456789012", "tt123456789012"),
        (cells.imdb_id, "http://www.imdb.com/title/tt0110912/?ref_=x", "tt0110912"),
    ],
)
def test_a_value_on_the_bound_is_read(read, cell, value):
    """Ratings are in half stars; an id of more digits than TMDB has is none."""
    if value is None:
        with pytest.raises(InvalidInput):
            read(cell, "x")
    else:
        assert read(cell, "x") == value


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (cells.year, "1869"),
        (cells.year, "2201"),
        (cells.year, "1994.5"),
        (cells.minutes, "0"),
        (cells.minutes, "60001"),
        (cells.minutes, "90 min"),
        (cells.tmdb_id, "0"),
        (cells.tmdb_id, "-1"),
        (cells.out_of_ten, "0"),
        (cells.out_of_ten, "11"),
        (cells.out_of_ten, "7.5"),
        (cells.half_stars, "0"),
        (cells.half_stars, "0.0"),
        (cells.half_stars, "5.5"),
        (cells.half_stars, "6"),
        (cells.half_stars, "3.25"),
        (cells.half_stars, "3."),
        (cells.half_stars, "★★★★★½"),
        (cells.half_stars, "½★"),
        (cells.imdb_id, "tt1234"),
        (cells.imdb_id, "nm0000233"),
    ],
)
def test_a_value_beyond_the_bound_is_refused_by_its_field(read, cell):
    """The error names the column, what was found and what was expected."""
    with pytest.raises(InvalidInput, match=r"^Some column: found .*, expected .+$"):
        read(cell, "Some column")


@pytest.mark.parametrize(
    "read", [cells.year, cells.minutes, cells.tmdb_id, cells.out_of_ten, cells.half_stars]
)
def test_a_blank_cell_says_nothing(read):
    """None is no zero."""
    assert read("", "x") is None


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("A, B", ("A", "B")),
        ("A; B", ("A", "B")),
        ("A, Jr. | B; C", ("A, Jr.", "B; C")),
        ("A || B", ("A", "B")),
        ("Robert Downey, Jr., B", ("Robert Downey, Jr.", "B")),
        ("", ()),
    ],
)
def test_names_are_parted_by_the_rarest_separator_that_is_there(cell, found):
    """A bar before a semicolon before a comma; blank names are none."""
    assert cells.parted_names(cell, "x") == found


def test_a_long_value_is_shown_by_its_beginning():
    """Sixty characters will do."""
    assert f"found '{'x' * 58}', expected" in str(cells.unfit("f", "x" * 58, "y"))
    assert f"found '{'x' * 58}…, expected" in str(cells.unfit("f", "x" * 59, "y"))


@pytest.mark.parametrize(
    ("read", "cell", "sentence"),
    [
        (cells.minutes, "0", "Column: found '0', expected whole minutes"),
        (cells.tmdb_id, "1000000001", "Column: found '1000000001', expected a whole number"),
        (cells.tmdb_id, "0", "Column: found '0', expected a whole number"),
        (cells.half_stars, "six", "Column: found 'six', expected 0.5 to 5 stars in half steps"),
        (cells.names, "x" * 201, "Column: is 201 characters long, more than 200"),
        (cells.parted_names, "x" * 201, "Column: is 201 characters long, more than 200"),
    ],
)
def test_the_sentence_names_the_column_and_what_was_expected(read, cell, sentence):
    """As its user knows it."""
    with pytest.raises(InvalidInput) as refused:
        read(cell, "Column")
    assert str(refused.value) == sentence


def test_letters_part_no_names():
    """Only a bar, a semicolon or a comma does."""
    assert cells.parted_names("Xavier Dolan, Max Ophüls", "A") == ("Xavier Dolan", "Max Ophüls")
