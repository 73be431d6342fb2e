"""Tables that come as a web page."""

import pytest

from cinestats.domain.errors import CinestatsError

from .conftest import FILES


def test_any_table_of_films_may_be_a_web_page(read):
    """Markup inside a cell goes, and characters that are written as numbers are read."""
    page = (
        "<table>\n<tr><th>Title</th><th>Year</th></tr>\n"
        "<tr class=x><td><b>Am&eacute;lie</b></td><td>2001<br/></td></tr>\n</table>"
    )
    (film,) = read("films.xls", page).rows
    assert (film.line, film.title, film.year) == (3, "Amélie", 2001)


@pytest.mark.parametrize("page", ["<html><body>Sign in</body></html>", "<!DOCTYPE html>"])
def test_a_page_without_a_table_is_refused(read, page):
    """As when somebody saves the page that asks for a password."""
    with pytest.raises(CinestatsError, match="a web page; expected a table"):
        read("x.csv", page)


def test_html_is_read_in_one_go_whatever_it_holds(read):
    """No damage makes it slow, or more than a row's rejection."""
    text = (FILES / "kinopoisk.xls").read_text()
    huge = text.replace(">2005<", f">&#{'9' * 5000};<").replace("16+", "<td" * 50_000)
    assert [type(row).__name__ for row in read("kinopoisk.xls", huge).rows] == [
        "ImportedRow",
        "SkippedRow",
        "ImportedRow",
    ]
    rows = read("kinopoisk.xls", text.replace("<td", "<td></td><td", 30)).rows
    assert rows[0].reason == "found 30 cells, expected 46 as in the header"
