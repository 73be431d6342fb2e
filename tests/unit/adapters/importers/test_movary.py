from datetime import date

from cinestats.application.imports.rows import ImportedRow, RejectedRow, SkippedRow


def test_history_rows_are_plays_or_films_without_a_day(read):
    """A blank day tells only that the film was seen; an impossible one rejects the row."""
    export = read("movary_history.csv")
    assert export.format == "Movary history"
    play, film, bad = export.rows
    assert play == ImportedRow(
        service="movary",
        line=2,
        kind="play",
        title="Metropolis",
        year=1927,
        watched_on=date(2024, 3, 1),
        imdb_id="tt0017136",
        tmdb_id=19,
    )
    assert (film.kind, film.watched_on, film.rating) == ("film", None, None)
    assert bad == RejectedRow(
        4, "watchedAt: found '2024-02-30', expected a day such as 2024-01-31"
    )


def test_the_older_header_is_known_too(read):
    """Comment and location came later."""
    export = read("movary_history_old.csv")
    assert export.format == "Movary history"
    assert export.rows[0].watched_on == date(2024, 3, 1)


def test_ratings_from_1_to_10_are_half_stars(read):
    """Anything else is rejected."""
    film, bad, blank = read("movary_ratings.csv").rows
    assert (film.kind, film.rating) == ("film", 9)
    assert bad == RejectedRow(3, "userRating: found '0', expected a whole number from 1 to 10")
    assert blank == RejectedRow(4, "userRating: found '', expected a whole number from 1 to 10")


def test_a_bad_id_does_not_cost_the_row(read):
    """Title and year can find the film as well."""
    text = "title,year,tmdbId,imdbId,watchedAt\nGreed,1924,x,y,2024-01-01\n"
    export = read("history.csv", text)
    assert (export.rows[0].tmdb_id, export.rows[0].imdb_id) == (None, None)
    assert len(export.notes) == 2


def test_a_watchlist_adds_nothing(read):
    """Films to see were not seen."""
    text = "title,year,tmdbId,imdbId,addedAt\nGreed,1924,1405,tt0015881,2024-01-01\n"
    assert read("watchlist.csv", text).rows == (SkippedRow(2, "on a watchlist"),)
