"""Which importer a file is for, and the sentence for a file that is for none."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import cast

from cinestats.domain.errors import CinestatsError

from .registry import Importer, importers
from .source import Peek, Source


def surest(peek: Peek, asked: Sequence[Importer]) -> Importer | None:
    """The importer that is surest of a file; raises CinestatsError where two are as sure."""
    sure = [(each.recognises(peek), each) for each in asked if peek.kind in each.accepts]
    match sorted((pair for pair in sure if pair[0]), key=itemgetter(0), reverse=True):
        case [(most, first), (second_most, second), *_] if most == second_most:
            raise CinestatsError(
                f"The file may be an export of {first.label} or of {second.label}; say which:"
                f" its format is {first.format} or {second.format}."
            )
        case [(_, first), *_]:
            return first
        case _:
            return None


def refusal(source: Source, asked: Sequence[Importer]) -> CinestatsError:
    """The error for a file that none of the importers asked can read."""
    wanted = asked[0].label
    if source.kind == "csv":
        shown = source.table.shown_labels()
        return CinestatsError(f"The file is no export of {wanted}: it has the columns {shown}.")
    what = "JSON" if source.kind == "json" else "zip"
    takers = [each for each in importers() if source.kind in each.accepts]
    if not any(each in takers for each in asked):
        labels = _either(each.label for each in takers)
        return CinestatsError(
            f"The file is a {what} file, which can only be an export of {labels}, not of"
            f" {wanted}."
        )
    return CinestatsError(
        f"The JSON file is none of {theirs(takers)}: {_outline(source.json)}."
    )


def theirs(asked: Iterable[Importer]) -> str:
    """Whose a file might be: "Letterboxd's or cinestats's"."""
    return _either(f"{each.label}'s" for each in asked)


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _outline(json: object) -> str:
    """What a JSON file holds, by the keys of an object."""
    if isinstance(json, list):
        whole, first = "its items", next(iter(cast("list[object]", json)), None)
    else:
        whole, first = "it holds no list; its object", json
    if not isinstance(first, Mapping):
        return f"{whole} are no objects"
    keys = ", ".join(key[:30] for key in [*cast("Mapping[str, object]", first)][:8])
    return f"{whole} {'have' if first is not json else 'has'} the keys {keys}"
