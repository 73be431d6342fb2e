"""Which importer a file is for, and the sentence for a file that is for none."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import cast

from cinestats.domain.errors import CinestatsError

from .registry import Importer, importers
from .source import Source


def surest(source: Source, asked: Sequence[Importer]) -> Importer | None:
    """The importer that is surest of a file; raises CinestatsError where two are as sure."""
    accepting = [each for each in asked if source.kind in each.accepts]
    sure = [(found, each) for each in accepting if (found := each.recognises(source))]
    match sorted(sure, key=itemgetter(0), reverse=True):
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
        return CinestatsError(
            f"The file is no export of {wanted}: it has the columns {shown}.{_seems(source)}"
        )
    takers = [each for each in importers() if source.kind in each.accepts]
    if not any(each in takers for each in asked):
        what = "JSON" if source.kind == "json" else "zip"
        labels = either(each.label for each in takers)
        return CinestatsError(
            f"The file is a {what} file, which can only be an export of {labels}, not of"
            f" {wanted}."
        )
    return CinestatsError(f"The JSON file is none of {theirs(takers)}: {_outline(source)}.")


def theirs(asked: Iterable[Importer]) -> str:
    """Whose a file might be, such as "IMDb's or Letterboxd's"."""
    return either(f"{each.label}'s" for each in asked)


def either(words: Iterable[str]) -> str:
    """The words as a choice.

    >>> either(["a"]), either(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _seems(source: Source) -> str:
    """What else it seems to be, as a sentence."""
    try:
        found = surest(source, importers())
    except CinestatsError:
        found = None
    if found is None:
        return ""
    whose = found.label if found.label[0].islower() else f"an export of {found.label}"
    return f" It seems to be {whose}, which the format {found.format} reads."


def _outline(source: Source) -> str:
    """What is in a JSON file, by the keys of its first object."""
    items = source.items or [source.json]
    objects = [cast("dict[str, object]", item) for item in items if isinstance(item, dict)]
    keys = ", ".join(map(repr, [*objects[0]][:8]))[:200] if objects else "–"
    return f"{'its items have' if source.items else 'it holds no list, but'} the keys {keys}"
