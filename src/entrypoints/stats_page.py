"""A user's statistics as a page in the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.rating import HALF_STARS
from cinestats.domain.recompute import FullStats, Ranked
from cinestats.domain.user_stats import UserStats

from .terminal import (
    ACCENT,
    FAINT,
    RATING,
    draw_bar,
    entries_table,
    mean_rating,
    plain_grid,
    stars_of,
)

Tops = Mapping[AffinityType, Sequence[tuple[str, Affinity]]]
"""The leading names of each type, with their figures."""

_YEARS = 6
_MONTHS = "JFMAMJJASOND"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HEIGHTS = " ▁▂▃▄▅▆▇█"
_HEADINGS: Mapping[AffinityType, str] = {
    "director": "Directors",
    "actor": "Actors",
    "genre": "Genres",
}


def stats_page(
    user: str,
    stats: UserStats,
    tops: Tops,
    as_of: date | None = None,
    period: str | None = None,
) -> RenderableType:
    """A user's figures on one page."""
    title = Text.assemble((user, ACCENT), "’s film diary")
    if period is not None:
        title.append(f", {period}")
    if as_of is not None:
        title.append(f", as known on {as_of}")
    if not stats.total_watched:
        nothing = "Nothing watched yet: cinestats add or import fills the diary."
        return Group(title, "", nothing if period is None else "Nothing watched then.")
    charts = Table.grid(padding=(0, 4), expand=False)
    charts.add_row(_ratings_chart(stats), _months_chart(stats))
    names = Table.grid(padding=(0, 3), expand=True)
    columns = [_top_list(_HEADINGS[type_], tops[type_]) for type_ in _HEADINGS]
    for _ in columns:
        names.add_column(ratio=1)
    names.add_row(*columns)
    page = Group(title, "", _headline(stats), "", charts, "", names)
    return Padding(page, (1, 2))


def full_page(figures: FullStats) -> RenderableType:
    """What the whole diary tells beyond the figures of ``stats_page``."""
    streaks = figures.streaks
    facts = plain_grid()
    facts.add_row("Different films", f"{figures.distinct_films:,}")
    facts.add_row("Rewatches", f"{figures.rewatches:,}")
    facts.add_row("On an unknown day", f"{figures.undated:,}")
    for label, days, end in (
        ("Longest streak", streaks.longest_days, streaks.longest_end),
        ("Latest streak", streaks.latest_days, streaks.latest_end),
    ):
        if end is not None:
            facts.add_row(label, f"{days} {'day' if days == 1 else 'days'}, until {end}")
    weekdays = plain_grid("Weekdays")
    for name, plays in zip(_WEEKDAYS, figures.by_weekday, strict=True):
        weekdays.add_row(name, draw_bar(plays, max(figures.by_weekday), 12), f"{plays:,}")
    decades = plain_grid("Decades")
    for decade, plays in figures.by_decade.items():
        bar = draw_bar(plays, max(figures.by_decade.values()), 12)
        decades.add_row(f"{decade}s", bar, f"{plays:,}")
    charts = Table.grid(padding=(0, 4))
    charts.add_row(weekdays, decades)
    best = Table.grid(padding=(0, 3), expand=True)
    best.add_column(ratio=1)
    best.add_column(ratio=1)
    best.add_row(
        _best_list("Best rated directors", figures.best_rated_directors),
        _best_list("Best rated actors", figures.best_rated_actors),
    )
    page: list[RenderableType] = [facts, "", charts, "", best]
    if figures.top_rated:
        page += ["", Text("Best rated films", ACCENT), entries_table(figures.top_rated)]
    return Padding(Group(*page), (0, 2, 1, 2))


def _headline(stats: UserStats) -> Text:
    days, minutes = divmod(stats.watch_time_minutes, 24 * 60)
    hours = minutes // 60
    parts = [
        (f"{stats.total_watched:,}", " play" if stats.total_watched == 1 else " plays"),
        (f"{stats.rated_count:,}", " rated"),
    ]
    if stats.rated_count:
        parts.append((f"{stats.sum_ratings / 2 / stats.rated_count:.2f}", " mean rating"))
    parts.append((f"{days:,} d {hours} h" if days else f"{hours} h", " watched"))
    line = Text()
    for number, words in parts:
        line.append("   " if line else "")
        line.append(number, "bold")
        line.append(words, FAINT)
    return line


def _ratings_chart(stats: UserStats) -> Table:
    chart = plain_grid("Ratings")
    most = max(stats.rating_distribution.values(), default=0)
    for half_stars in reversed(HALF_STARS):
        plays = stats.rating_distribution.get(half_stars, 0)
        number = f"{plays:,}" if plays else ""
        chart.add_row(
            Text(stars_of(half_stars), RATING, justify="right"),
            draw_bar(plays, most, 16),
            number,
        )
    return chart


def _months_chart(stats: UserStats) -> Table:
    counts = {month: n for month, n in stats.monthly_counts.items() if n > 0}
    years = sorted({year for year, _ in counts}, reverse=True)
    most = max(counts.values(), default=0)
    chart = plain_grid("Months")
    chart.add_row("", Text(" ".join(_MONTHS), FAINT), "")
    for year in years[:_YEARS]:
        plays = [counts.get((year, month), 0) for month in range(1, 13)]
        bars = " ".join(_HEIGHTS[-(-8 * n // most)] for n in plays)
        chart.add_row(str(year), Text(bars, "cyan"), f"{sum(plays):,}")
    if earlier := sum(n for (year, _), n in counts.items() if year in years[_YEARS:]):
        chart.add_row("before", "", f"{earlier:,}")
    return chart


def _top_list(heading: str, names: Sequence[tuple[str, Affinity]]) -> Table:
    listed = Table.grid(padding=(0, 1), expand=True)
    listed.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    listed.add_column(justify="right")
    listed.add_column(justify="right", style=RATING)
    listed.add_row(Text(heading, ACCENT))
    for name, affinity in names:
        listed.add_row(name, f"{affinity.plays:,}", mean_rating(affinity))
    return listed


def _best_list(heading: str, ranked: Iterable[Ranked]) -> Table:
    listed = Table.grid(padding=(0, 1), expand=True)
    listed.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    listed.add_column(justify="right", style=RATING)
    listed.add_row(Text(heading, ACCENT))
    for each in ranked:
        listed.add_row(each.name, "" if each.mean is None else f"{each.mean:.2f}")
    return listed
