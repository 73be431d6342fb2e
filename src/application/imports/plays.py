"""Which play of the diary a row tells of."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date

from cinestats.application.catalogue.told import TitleAndYear
from cinestats.domain.entry import Entry, Source
from cinestats.domain.movie import FilmIds
from cinestats.domain.titles import normalize_title


class KnownPlays:
    """A diary's plays by what their sources say of them, never by what a catalogue says."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        self._references: dict[tuple[str, str], str] = {}
        self._titles: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._keys: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._ids: defaultdict[tuple[int, str | int], dict[str, None]] = defaultdict(dict)
        self._merged: dict[str, Entry] = {}
        for entry in entries:
            self.put(entry)

    def put(self, entry: Entry) -> None:
        """Hold the entry as it is now."""
        self.drop(entry.entry_id)
        self._entries[entry.entry_id] = entry
        if entry.merged:
            self._merged[entry.entry_id] = entry
        for source in entry.sources:
            if source.reference is not None:
                self._references[source.kind, source.reference] = entry.entry_id
        for shelf in self._shelves_of(entry):
            shelf[entry.entry_id] = None

    def drop(self, entry_id: str) -> None:
        """Hold the entry no more."""
        entry = self._entries.pop(entry_id, None)
        if entry is None:
            return
        self._merged.pop(entry_id, None)
        for source in entry.sources:
            self._references.pop((source.kind, source.reference or ""), None)
        for shelf in self._shelves_of(entry):
            shelf.pop(entry_id, None)

    def _shelves_of(self, entry: Entry) -> Iterator[dict[str, None]]:
        """The ids of entries under each title, the key and each id of the entry's film."""
        yield from (self._titles[title] for title in _titles(entry))
        yield self._keys[entry.movie.film_key]
        for place, value in enumerate(entry.told_ids):
            if value is not None:
                yield self._ids[place, value]

    def get(self, entry_id: str) -> Entry | None:
        """The entry with that id."""
        return self._entries.get(entry_id)

    def all(self) -> Iterable[Entry]:
        """Every entry."""
        return self._entries.values()

    def told(self, source: Source) -> Entry | None:
        """The play that the source's reference names."""
        entry_id = self._references.get((source.kind, source.reference or ""))
        return None if entry_id is None else self._entries[entry_id]

    def of_film(self, name: TitleAndYear, ids: FilmIds) -> Sequence[Entry]:
        """The plays of a film: by an id, else by the title and year that a source says."""
        title, year = name
        found = dict(self._titles[title]) if title else {}
        for place, value in enumerate(ids):
            if value is not None:
                found |= self._ids[place, value]
        plays = [self._entries[entry_id] for entry_id in found]
        return [play for play in plays if _is_of(play, title, year, ids)]

    def merged_into(
        self,
        source: Source,
        name: TitleAndYear,
        ids: FilmIds,
        days: Container[date | None] | None = None,
    ) -> Entry | None:
        """The play into which a person merged the one that the source tells.

        It is known by its reference, where it has one of the source's kind; else by its film
        and by its day, one of ``days`` where they are given.
        """
        for play in self._merged.values():
            references = {each.reference for each in play.merged if each.kind == source.kind}
            if source.reference is not None and references:
                if source.reference in references:
                    return play
            elif any(
                _names(each, name, ids)
                and (days is None or each.last_said("watched_on", play) in days)
                for each in play.merged
            ):
                return play
        return None

    def of_key(self, film_key: str) -> Sequence[Entry]:
        """The plays of a film by its key."""
        return [self._entries[entry_id] for entry_id in self._keys[film_key]]

    def key_of(self, ids: FilmIds) -> str | None:
        """The key of a film that the diary knows by one of the ids."""
        for place, value in enumerate(ids):
            for entry_id in self._ids[place, value] if value is not None else ():
                entry = self._entries[entry_id]
                if entry.told_ids.same_as(ids):
                    return entry.movie.film_key
        return None


def days_of(play: Entry) -> set[date | None]:
    """The days of a play: the one that counts, and those that its sources say."""
    return {play.watched_on, *(each.last_said("watched_on", play) for each in play.sources)}


def _titles(entry: Entry) -> set[str]:
    titles = [entry.movie.title, *(each.title for each in entry.sources)]
    return {normalize_title(title) for title in titles if title}


def _is_of(play: Entry, title: str, year: int | None, ids: FilmIds) -> bool:
    same = play.told_ids.same_as(ids)
    if same is not None and not (same is False and play.film_chosen):
        return same
    if not title:
        return False
    named = [each for each in play.sources if each.title is not None]
    if not named:  # a play that a person added, or one of a first version
        return title in _titles(play) and (
            year == play.movie.year or year is None or play.movie.year is None
        )
    return any(_is_called(each, (title, year)) for each in named)


def _is_called(source: Source, name: TitleAndYear) -> bool:
    return (normalize_title(source.title or ""), source.year) == name


def _names(source: Source, name: TitleAndYear, ids: FilmIds) -> bool:
    """Whether the source tells of the film with these ids, or else with this name."""
    same = source.ids.same_as(ids)
    return bool(name[0]) and _is_called(source, name) if same is None else same
