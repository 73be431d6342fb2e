"""Commands that show what a person should look at, and take their decisions."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text
from typer import Argument, Option

from cinestats.adapters.entry_json import candidate_document, entry_document
from cinestats.application.catalogue.ports import Catalogue, CatalogueFilm
from cinestats.application.corrections.decide import Decision, decide_films
from cinestats.application.corrections.many import change_many
from cinestats.application.corrections.review import KEPT_APART, Doubt, doubts, only_namesake
from cinestats.application.corrections.review import duplicates as duplicates_in
from cinestats.application.diary.find import find_by_id, short_ids
from cinestats.application.diary.shown import shown
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints import terminal

from .arguments import AsJson, User
from .sentences import film_named
from .session import counted, note, opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container

_OFFERED = 9  # candidates that have a key of their own


def review(
    user: User,
    accept_all: Annotated[
        bool,
        Option(
            "--accept-all",
            "--accept-all-exact",
            help="Take the film that is the only one of exactly the title, for all plays that"
            " have no year.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look through the films that nobody is sure of.

    A terminal asks for each of them, and one key decides: y or a number takes that film, n
    none of them, s leaves it for later, q ends. Elsewhere they are only listed.
    """
    with opened() as container:
        container.recorder().catch_up_with(user)
        left = _accept_all(container, user) if accept_all else None
        if as_json:
            print_json(choices(container, user))
        elif left is not None:
            typer.echo(f"{counted(left, 'film')} left to look at.")
        else:
            ask_or_list(container, user)


def choices(container: "Container", user: str) -> list[dict[str, object]]:
    """The films that nobody is sure of, as documents."""
    catalogue, entries = container.catalogue(), container.diaries().entries(user)
    return [_document(each, entries, catalogue) for each in doubts(entries, catalogue)]


def ask_or_list(container: "Container", user: str) -> None:
    """Ask a person at a terminal for each film that nobody is sure of; list them elsewhere."""
    entries = container.diaries().entries(user)
    found = doubts(entries, container.catalogue())
    if not found:
        typer.echo(f"There is nothing to look at in the diary of {user}.")
    elif terminal.can_ask():
        _ask_each(container, user, found)
    else:
        _list(user, found, entries)


def duplicates(
    user: User,
    entries_: Annotated[
        list[str] | None,
        Argument(metavar="ENTRY", help="With --keep: the plays, by their ids."),
    ] = None,
    keep: Annotated[
        bool,
        Option("--keep", help="Each of these entries is a play of its own: ask no more."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List plays of one film on one day that may be one play, or say which are not."""
    if keep != bool(entries_):
        raise CinestatsError(
            "Name the entries that are plays of their own behind --keep; see cinestats"
            " duplicates --help."
        )
    with opened() as container:
        container.recorder().catch_up_with(user)
        if entries_:
            _keep_apart(container, user, entries_, as_json)
            return
        entries = container.diaries().entries(user)
        found = duplicates_in(entries)
        if as_json:
            catalogue = container.catalogue()
            print_json(
                [
                    {"entries": [entry_document(e) for e in shown(plays, entries, catalogue)]}
                    for plays in found
                ]
            )
            return
    if not found:
        typer.echo(f"No play stands twice in the diary of {user}.")
        return
    for plays in found:
        terminal.show(terminal.duplicates_table(plays))
    note(
        f"cinestats merge {user} KEEP DROP makes one play of two; cinestats duplicates {user}"
        " --keep ENTRY ENTRY says that they are two."
    )


def _keep_apart(container: "Container", user: str, named: Sequence[str], as_json: bool) -> None:
    diary = container.keeper()
    ids = [find_by_id(diary, user, each).entry_id for each in named]
    changes = change_many(diary, user=user, entry_ids=ids, change=KEPT_APART)
    if as_json:
        print_json({"changed": changes.changed, "undo": changes.cause})
        return
    plays = counted(changes.changed, "play")
    typer.echo(f"{plays} of {user} will not be asked about again.")
    if changes.cause is not None:
        note(f"cinestats undo {user} {changes.cause} takes it back.")


def _document(
    doubt: Doubt, entries: Sequence[Entry], catalogue: Catalogue
) -> dict[str, object]:
    return {
        "why": doubt.why,
        "entries": [entry_document(each) for each in shown(doubt.plays, entries, catalogue)],
        "candidates": [candidate_document(film) for film in doubt.candidates],
    }


def _list(user: str, found: Sequence[Doubt], entries: Sequence[Entry]) -> None:
    """List the doubts, each with what names its entries."""
    ids = short_ids(entry.entry_id for entry in entries)
    for each in found:
        called = ", ".join(ids[play.entry_id] for play in each.plays)
        terminal.show(_line(each).append(f"  {called}", terminal.FAINT))
    note(
        f"{counted(len(found), 'film')}: cinestats review {user} asks for each in a terminal;"
        f" cinestats match {user} ENTRY decides on one."
    )


def _accept_all(container: "Container", user: str) -> int:
    """Take the only namesake of each doubt that has one; returns how many have none."""
    found = doubts(container.diaries().entries(user), container.catalogue())
    films = [(each, film) for each in found if (film := only_namesake(each)) is not None]
    cause = _decide(container, user, films)
    note(f"Took the film of exactly the title for {counted(len(films), 'film')}.")
    if cause is not None:
        note(f"cinestats undo {user} {cause} takes it back.")
    return len(found) - len(films)


def _ask_each(container: "Container", user: str, found: Sequence[Doubt]) -> None:
    """Ask for each doubt, one key a decision."""
    decided = 0
    for number, doubt in enumerate(found, 1):
        terminal.show(_line(doubt))
        key = _key(f"  {number} of {len(found)}", doubt.candidates)
        if key == "q":
            break
        if key == "s":
            continue
        film = None if key == "n" else doubt.candidates[int(key) - 1]
        cause = _decide(container, user, [(doubt, film)])
        said = "none of them" if film is None else film_named(film.movie)
        typer.echo(f"  {said}" + (f"; cinestats undo {user} {cause}" if cause else ""))
        decided += cause is not None
    left = len(found) - decided
    typer.echo(
        f"Decided on {counted(decided, 'film')}; {left:,} left."
        f" cinestats imports {user} lists the decisions, cinestats undo takes one back."
    )


def _key(place: str, candidates: Sequence[CatalogueFilm]) -> str:
    """The key of a decision; ``y`` is that of the first film."""
    films = [str(number) for number in range(1, min(len(candidates), _OFFERED) + 1)]
    keys = [*films, "n", "s", "q"]
    shown_keys = ["y", *films[1:], "n", "s", "q"] if films else keys
    typer.echo(f"{place}: {'/'.join(shown_keys)} ? ", nl=False)
    while True:
        typed = typer.getchar().casefold()
        key = "1" if typed == "y" else typed
        if key in keys:
            typer.echo(typed)
            return key


def _decide(
    container: "Container",
    user: str,
    decided: Iterable[tuple[Doubt, CatalogueFilm | None]],
) -> str | None:
    """Say which film the plays of each doubt are of, if any; returns what undoes it."""
    decisions = [
        Decision(
            tuple(play.entry_id for play in doubt.plays), ref=None if film is None else film.ref
        )
        for doubt, film in decided
    ]
    changes = decide_films(container.keeper(), user=user, decisions=decisions)
    for failure in changes.failed:
        note(failure.reason)
    container.projector().catch_up()
    return changes.cause


def _line(doubt: Doubt) -> Text:
    """A doubt with its candidates, each with the number that chooses it."""
    play = doubt.plays[0]
    plays = "" if len(doubt.plays) == 1 else f", {len(doubt.plays):,} plays"
    films = [
        f"{_described(film)} [{number}]" for number, film in enumerate(doubt.candidates, 1)
    ]
    if doubt.why == "suggestion":
        said = "may be "
    else:
        said = "counts for another film; may be " if films else "counts for another film"
    return Text.assemble(
        (film_named(play.movie), "bold"), plays, f" {said}", " or ".join(films)
    )


def _described(film: CatalogueFilm) -> str:
    movie = film.movie
    minutes = [] if movie.duration is None else [f"{movie.duration} min"]
    return ", ".join([film_named(movie), *movie.directors, *minutes])
