"""Two diaries side by side as a page in the terminal."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cinestats.domain.comparison import Comparison, RatedByBoth
from cinestats.domain.entry import Entry

from .terminal import ACCENT, RATING, entries_table, plain_grid, stars_of


def comparison_page(user: str, other: str, comparison: Comparison) -> RenderableType:
    """What both have seen, how alike they rate it, and what only one of them has seen."""
    title = Text.assemble((user, ACCENT), " and ", (other, ACCENT))
    facts = plain_grid()
    facts.add_row(f"Films of {user}", f"{comparison.films:,}")
    facts.add_row(f"Films of {other}", f"{comparison.other_films:,}")
    facts.add_row("Seen by both", f"{comparison.common:,} ({comparison.overlap:.0%} of all)")
    facts.add_row("Rated by both", f"{comparison.rated_common:,}")
    if comparison.mean_distance is not None:
        facts.add_row("Stars apart", _distance(comparison))
    if comparison.correlation is not None:
        facts.add_row("Correlation", f"{comparison.correlation:.2f}")
    page: list[RenderableType] = [title, "", facts]
    for heading, films in (("Agreed", comparison.agree), ("Disagreed", comparison.disagree)):
        if films:
            page += ["", Text(heading, ACCENT), _rated_table(user, other, films)]
    lists: tuple[tuple[str, Iterable[Entry]], ...] = (
        (f"Only {user} has seen", comparison.only_user),
        (f"Only {other} has seen", comparison.only_other),
    )
    for heading, entries in lists:
        if entries:
            page += ["", Text(heading, ACCENT), entries_table(entries)]
    return Padding(Group(*page), (1, 2))


def _distance(comparison: Comparison) -> str:
    mean = f"{comparison.mean_distance:.2f}"
    if comparison.distance_low is None or comparison.distance_high is None:
        return mean
    return f"{mean} ({comparison.distance_low:.2f} to {comparison.distance_high:.2f})"


def _rated_table(user: str, other: str, films: Iterable[RatedByBoth]) -> Table:
    table = plain_grid()
    table.add_row("", Text(user, ACCENT), Text(other, ACCENT))
    for film in films:
        table.add_row(
            film.movie.title,
            Text(stars_of(film.rating), RATING),
            Text(stars_of(film.other_rating), RATING),
        )
    return table
