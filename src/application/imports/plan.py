"""What is to become of each row of an import, and the commands for it."""

from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from cinestats.application.catalogue.recognise import Recognised
from cinestats.application.catalogue.tell_apart import Films
from cinestats.application.catalogue.told import ToldFilm, told_of
from cinestats.application.diary.find import latest
from cinestats.application.diary.keep import DiaryKeeper, Stamp, addition, correction_of
from cinestats.domain.diary import (
    AddMovie,
    Command,
    CorrectEntry,
    Correction,
    DeleteMovie,
    UpdateRating,
    decide,
    evolve,
)
from cinestats.domain.entry import Entry, RatingOf, Source
from cinestats.domain.errors import CinestatsError
from cinestats.domain.events import Event
from cinestats.domain.movie import FilmIds
from cinestats.domain.titles import normalize_title

from .film_ratings import of_film, rate_film, rated_itself
from .first_version import FirstVersion
from .plays import KnownPlays, days_of
from .report import ALREADY_THERE, RowOutcome, said_of
from .rows import ImportedRow, RejectedRow, Row, SkippedRow
from .said import correction_by, entry_of, film_of, ids_told, only_seen, source_in, source_of


class Plan:
    """Counts one import in a working copy of the user's diary, row by row."""

    def __init__(
        self, keeper: DiaryKeeper, user_id: str, import_id: str, rows: Sequence[Row]
    ) -> None:
        self._keeper = keeper
        self._user_id = user_id
        self._import_id = import_id
        self._plays = KnownPlays(keeper.diaries.entries(user_id))
        self._room = keeper.recorder.room_of(user_id)
        self._told_films = _films_told(rows)
        known = map(told_of, self._plays.all())
        told = [*self._told_films.values(), *known]
        self._films = Films(told, keeper.catalogue, self._plays.key_of)
        self._first = FirstVersion(keeper, user_id, self._plays)
        self._own_ids = {
            row.entry.entry_id for row in rows if isinstance(row, ImportedRow) and row.entry
        }
        self._seen: set[tuple[str, str]] = set()
        self._told: set[tuple[str, str]] = set()

    def row(self, row: Row) -> tuple[RowOutcome, Sequence[Command]]:
        """What is to become of a row, and the commands for it."""
        outcome = RowOutcome(line=row.line, file=row.file, outcome="skipped")
        if isinstance(row, SkippedRow):
            outcome.reason = row.reason
            if row.listed is not None:
                outcome.name, outcome.year = row.listed.title or None, row.listed.year
            return outcome, list(self._mistakes(row, outcome))
        if isinstance(row, RejectedRow):
            outcome.outcome, outcome.reason = "rejected", row.reason
            return outcome, []
        outcome.name, outcome.year, outcome.reason = row.title, row.year, ALREADY_THERE
        done: list[tuple[Command, Event]] = []
        try:
            found = self._recognised(row)
            outcome.name = found.movie.title
            for command in self._commands(row, found):
                if (event := self._take(command)) is not None:
                    done.append((command, event))
        except CinestatsError as error:
            outcome.outcome, outcome.reason = "rejected", str(error)
            return outcome, []
        said_of(outcome, [event for _, event in done], found, owned=row.entry is not None)
        return outcome, [command for command, _ in done]

    def _mistakes(self, row: SkippedRow, outcome: RowOutcome) -> Iterator[Command]:
        """Delete what an earlier version made of a row that is no play."""
        for play in self._first.mistaken(row):
            outcome.outcome, outcome.name = "corrected", play.movie.title
            outcome.reason = f"{row.reason}; the play that an earlier version made of it goes"
            deletion = DeleteMovie(**self._stamp(), entry_id=play.entry_id)
            self._take(deletion)
            yield deletion

    def missing(self) -> list[Entry]:
        """The plays of earlier imports of the same kind that no row told."""
        kinds = {kind for kind, _ in self._seen}
        return [
            play
            for play in self._plays.all()
            for each in play.sources
            if each.reference is not None
            and each.kind in kinds
            and (each.kind, each.reference) not in self._seen
            and not any((other.kind, other.reference) in self._seen for other in play.merged)
        ]

    def _take(self, command: Command) -> Event | None:
        """Take in what a command changes; raises what ``decide`` does, and QuotaReached."""
        entry = self._plays.get(command.entry_id)
        diary = {} if entry is None else {entry.entry_id: entry}
        event = decide(command, diary)
        if event is None:
            return None
        self._room.take(event)
        after = evolve(diary, [event])
        if after:
            self._plays.put(after[command.entry_id])
        else:
            self._plays.drop(command.entry_id)
        return event

    def _recognised(self, row: ImportedRow) -> Recognised:
        if row.entry is not None:
            return Recognised(row.entry.movie)
        told = self._told_films.get(id(row)) or film_of(row)  # which says what is wrong
        return self._films.recognised(told)

    def _ids(self, row: ImportedRow) -> FilmIds:
        """All ids that file and diary tell of the row's film."""
        return self._films.ids_of(self._told_films[id(row)])

    def _plays_of_film(self, row: ImportedRow) -> Sequence[Entry]:
        return self._plays.of_film(self._told_films[id(row)].name, self._ids(row))

    def _commands(self, row: ImportedRow, found: Recognised) -> Iterator[Command]:
        if row.entry is not None:
            yield from self._own(row.entry)
        elif row.kind == "film":
            yield from self._film(row, found)
        else:
            yield from self._play(row, found)

    def _own(self, entry: Entry) -> Iterator[Command]:
        """A row of our own export, which says all there is to say of an entry."""
        same = self._plays.get(entry.entry_id) or next(
            (
                play
                for play in self._plays.of_key(entry.movie.film_key)
                if play.watched_on == entry.watched_on and play.entry_id not in self._own_ids
            ),
            None,
        )
        if same is None:
            if not entry.entry_id:
                parts = entry.movie.film_key, _day(entry.watched_on)
                entry = replace(entry, entry_id=self._keeper.id_from(self._user_id, *parts))
            yield addition(self._keeper, self._stamp(), entry, again=True)
            return
        self._own_ids.add(same.entry_id)  # one row each
        if entry.watched_on not in (None, same.watched_on):  # a person changed it in the file
            yield self._correction(same, Correction(watched_on=entry.watched_on), None)
        if entry.rating is not None and entry.rating != same.rating:
            yield self._rating(same, entry.rating)

    def _film(self, row: ImportedRow, found: Recognised) -> Iterator[Command]:
        """A row that says only that the film was seen at some time, and perhaps its rating."""
        plays = self._plays_of_film(row)
        if not plays:
            if self._merged_into(row) is None:
                yield from self._let_go(row, found)
                yield self._addition(row, found)
            return
        for play in plays:
            if correction := ids_told(row, self._ids(row), play):
                yield self._correction(play, correction, None)
        yield from self._film_rating(row)

    def _film_rating(self, row: ImportedRow) -> Iterator[Command]:
        for play, rating, kind in rate_film(row, self._plays_of_film(row)):
            yield self._rating(play, rating, "film", kind)

    def _play(self, row: ImportedRow, found: Recognised) -> Iterator[Command]:
        source = source_of(row)
        if source.reference is not None:
            self._seen.add((source.kind, source.reference))
        made = self._first.play_of(row)
        play = self._plays.told(source) or made or self._play_of(row, source)
        if play is None:
            # One without a day is the play with a day that took its place, or would have.
            seen = only_seen(row) and self._plays_of_film(row)
            yield from (self._film if seen else self._unknown)(row, found)
            return
        self._told.add((source.kind, play.entry_id))
        if made is not None and made != play and not self._first.rated_by_hand(made):
            # An earlier version could not tell that the row, once changed, was the same play.
            yield DeleteMovie(**self._stamp(), entry_id=made.entry_id)
        decides = self._first.made(play)
        known = source_in(play, source)
        said = play.rating if known is None else known.last_said("rating", play)
        if correction := correction_by(row, self._ids(row), play, found.movie, decides=decides):
            yield self._correction(play, correction, source.kind)
        takes_back = decides and row.rating is None and not self._first.rated_by_hand(play)
        if takes_back and rated_itself(play):
            yield self._rating(play, None)  # no row of the film's own ever said so
        elif only_seen(row) and not decides:
            yield from self._film_rating(row)
        elif row.rating is not None and (
            row.rating != said or (known is None and play.rating_of == "film")
        ):
            yield self._rating(play, row.rating, "play", source.kind)
            yield from self._give_way(row)

    def _play_of(self, row: ImportedRow, source: Source) -> Entry | None:
        """The play that the row may tell by its film and day."""
        plays = self._plays_of_film(row)
        on_day = (play for play in plays if row.watched_on in days_of(play))
        return next((play for play in on_day if self._may_tell(source, play)), None)

    def _may_tell(self, source: Source, play: Entry) -> bool:
        """Of a kind each play has its own reference; across kinds each absorbs one row."""
        if source.reference is None:
            return True
        is_told = (source.kind, play.entry_id) in self._told
        return not is_told and source_in(play, source) is None

    def _unknown(self, row: ImportedRow, found: Recognised) -> Iterator[Command]:
        """A row that tells no play of the diary, unless that was merged into another."""
        source, kept = source_of(row, self._ids(row)), self._merged_into(row, [row.watched_on])
        if kept is None:
            yield from self._new_play(row, found)
        elif source.reference is not None and all(
            each.kind != source.kind for each in kept.merged
        ):
            day = (("watched_on", row.watched_on),)
            merged = (*kept.merged, replace(source, said=day))
            yield self._correction(kept, Correction(merged=merged), None)

    def _merged_into(
        self, row: ImportedRow, days: Container[date | None] | None = None
    ) -> Entry | None:
        name = self._told_films[id(row)].name
        return self._plays.merged_into(source_of(row), name, self._ids(row), days)

    def _new_play(self, row: ImportedRow, found: Recognised) -> Iterator[Command]:
        yield from self._let_go(row, found)
        plays = self._plays_of_film(row)
        stand_in = None
        if row.watched_on is not None:
            # A play without a day that a file told only stood for "seen at some time"; one
            # with a day takes its place, so that it does not matter which comes first.
            stand_in = next((play for play in plays if self._stands_in(play)), None)
        if stand_in is not None:
            yield DeleteMovie(**self._stamp(), entry_id=stand_in.entry_id)
            plays = [play for play in plays if play is not stand_in]
        rated = of_film(plays) or stand_in
        if (
            row.rating is None
            and rated is not None
            and rated.rating is not None
            and not any(map(rated_itself, plays))
        ):
            yield from self._take_over(row, found, rated, plays)
        else:
            added = self._addition(row, found)
            yield added
            self._told.add((source_of(row).kind, added.entry_id))
            if rated_itself(added.entry):
                yield from self._give_way(row)

    def _let_go(self, row: ImportedRow, found: Recognised) -> Iterator[Command]:
        """Take the catalogue's film from plays that have it by another of its titles only."""
        if found.known is None:
            return
        for play in self._plays.of_key(found.movie.film_key):
            told = told_of(play)
            if told.name != self._told_films[id(row)].name and not play.film_chosen:
                own = self._films.recognised(told)
                if own.known is None:
                    yield self._correction(play, Correction(movie=own.movie), None)

    def _take_over(
        self, row: ImportedRow, found: Recognised, rated: Entry, plays: Sequence[Entry]
    ) -> Iterator[Command]:
        """Add a play to a film whose rating stands on another: the latest has it."""
        added = self._addition(row, found)
        others = [play for play in plays if play is not rated]
        if rated in plays and latest([added.entry, rated, *others]) is not added.entry:
            yield added
        else:
            entry = replace(added.entry, rating=rated.rating, rating_of="film")
            yield replace(added, entry=entry)
            if rated in plays:
                yield self._rating(rated, None, "film")
        self._told.add((source_of(row).kind, added.entry_id))

    def _give_way(self, row: ImportedRow) -> Iterator[Command]:
        """Take the film's rating from its plays: one of them is rated itself now."""
        for play in self._plays_of_film(row):
            if play.rating_of == "film" and play.rating is not None:
                yield self._rating(play, None, "film")

    def _stands_in(self, play: Entry) -> bool:
        if play.watched_on is not None:
            return False
        told = bool(play.sources) and all(each.reference is None for each in play.sources)
        return told or self._first.made(play)

    def _addition(self, row: ImportedRow, found: Recognised) -> AddMovie:
        today = self._keeper.today()
        added_on = min(row.logged_on or row.watched_on or today, today)
        entry = entry_of(row, self._ids(row), self._free_id(row), found.movie, added_on)
        return addition(self._keeper, self._stamp(), entry, again=True)

    def _free_id(self, row: ImportedRow) -> str:
        """The id of an imported play: the same for the same row."""
        source = source_of(row)
        if source.reference is not None:
            return self._keeper.id_from(self._user_id, source.kind, source.reference)
        parts = normalize_title(row.title or str(row)), str(row.year), _day(row.watched_on)
        entry_id = self._keeper.id_from(self._user_id, *parts)
        number = 1
        while self._plays.get(entry_id) is not None:
            number += 1
            entry_id = self._keeper.id_from(self._user_id, *parts, str(number))
        return entry_id

    def _rating(
        self, play: Entry, rating: int | None, of: RatingOf = "play", by: str | None = None
    ) -> UpdateRating:
        return UpdateRating(
            **self._stamp(),
            entry_id=play.entry_id,
            new_rating=rating,
            rating_of=of,
            said_by=by,
        )

    def _correction(self, play: Entry, correction: Correction, by: str | None) -> CorrectEntry:
        stamp = self._stamp()
        return correction_of(self._keeper, stamp, play.entry_id, correction, said_by=by)

    def _stamp(self) -> Stamp:
        return self._keeper.stamp(self._user_id, cause=self._import_id)


def _day(day: date | None) -> str:
    return "unknown" if day is None else day.isoformat()


def _films_told(rows: Sequence[Row]) -> dict[int, ToldFilm]:
    """The film that each row tells of, by the row's identity; none where one cannot be."""
    films: dict[int, ToldFilm] = {}
    for row in rows:
        if isinstance(row, ImportedRow) and row.entry is None:
            with suppress(CinestatsError):  # its turn comes to be rejected
                films[id(row)] = film_of(row)
    return films
