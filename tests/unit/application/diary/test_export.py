"""The plays as other services take them in."""

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary.export import exported_plays
from cinestats.domain.movie import Movie
from tests.unit.domain.diaries import play


def test_plays_go_out_in_their_order_with_the_ids_of_their_film() -> None:
    """The year tells films of one title apart; a play of an unknown day is no rewatch."""
    catalogue = MemoryCatalogue(
        [
            CatalogueFilm(Movie.create("Heat", year=1995), imdb_id="tt0113277", tmdb_id=949),
            CatalogueFilm(Movie.create("Heat", year=1986), imdb_id="tt0093164", tmdb_id=15),
        ]
    )
    diary = [
        play("Heat", None, year=1995),
        play("Heat", "2024-05-02", year=1995),
        play("Heat", "2024-05-01", year=1995),
        play("Heat", "2024-05-03", year=1986),
        play("Nobody knows it", "2024-05-04"),
    ]
    told = [
        (p.entry.watched_on and p.entry.watched_on.day, p.rewatch, p.imdb_id, p.tmdb_id)
        for p in exported_plays(diary, catalogue)
    ]
    assert told == [
        (1, False, "tt0113277", 949),
        (2, True, "tt0113277", 949),
        (3, False, "tt0093164", 15),
        (4, False, None, None),
        (None, False, "tt0113277", 949),
    ]
