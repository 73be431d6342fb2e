"""Take out of the catalogue what it may have because of one diary alone."""

from datetime import date

from cinestats.application.catalogue.learn import only_told
from cinestats.application.catalogue.ports import FilmStore
from cinestats.application.diary.keep import DiaryKeeper
from cinestats.application.diary.ports import EntryKey
from cinestats.application.log.ports import Log


def forget_films(catalogue: FilmStore, log: Log, diary: DiaryKeeper) -> None:
    """Drop the films that only sources told of and that no diary holds.

    What sources were asked in vain goes as a whole: it has titles of diaries, and nobody
    knows of whose. Who still has such a film asks for it once more.
    """
    films = {
        film.movie.film_key
        for share in catalogue.shares()
        for film in catalogue.told_by(share.source, date.max, share.films)
        if only_told(film)
    }
    for partition in range(log.partitions):
        diary.recorder.catch_up(partition)
    for user_id in log.users() if films else ():
        wanted = [EntryKey("film_key", film_key) for film_key in films]
        held = diary.diaries.lookup(user_id, wanted)
        films.difference_update(entry.movie.film_key for entry in held)
    catalogue.forget_asked(films)
