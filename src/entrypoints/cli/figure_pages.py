"""Figures as pages in the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cinestats.application.figures.ports import AffinityDocument
from cinestats.domain.affinity import Affinity, AffinityType
from cinestats.domain.entry import Entry
from cinestats.domain.figures.comparison import Comparison, RatedByBoth
from cinestats.domain.figures.overview import Overview
from cinestats.domain.global_trend import GlobalTrend
from cinestats.domain.rating import HALF_STARS, stars
from cinestats.domain.user_stats import UserStats
from cinestats.entrypoints.terminal import (
    ACCENT,
    FAINT,
    RATING,
    draw_bar,
    entries_table,
    headed,
    plain_grid,
    stars_of,
    year_of,
)

Tops = Mapping[AffinityType, Sequence[tuple[str, int, float | None]]]
"""The leading names of each type, with their plays and the mean of their ratings."""

_YEARS = 6
_MONTHS = "JFMAMJJASOND"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HEIGHTS = " ▁▂▃▄▅▆▇█"


def stats_page(
    user: str,
    stats: UserStats,
    tops: Tops,
    as_of: date | None = None,
    period: str | None = None,
) -> RenderableType:
    """A user's figures on one page."""
    title = Text.assemble((user, ACCENT), "’s film diary")
    title.append("" if period is None else f", {period}")
    title.append("" if as_of is None else f", as known on {as_of}")
    if not stats.total_watched:
        nothing = "Nothing watched yet: cinestats add or import fills the diary."
        return Group(title, "", nothing if period is None else "Nothing watched then.")
    charts = Table.grid(padding=(0, 4))
    charts.add_row(_ratings_chart(stats), _months_chart(stats))
    names = _side_by_side(
        _names(
            f"{type_}s".capitalize(), ((each, f"{n:,}", _mean(mean)) for each, n, mean in top)
        )
        for type_, top in tops.items()
    )
    return Padding(Group(title, "", _headline(stats), "", charts, "", names), (1, 2))


def full_page(overview: Overview) -> RenderableType:
    """What the overview tells beyond the figures of ``stats_page``."""
    streaks = overview.streaks
    facts = plain_grid()
    facts.add_row("Different films", f"{overview.films:,}")
    facts.add_row("Rewatches", f"{overview.rewatches:,}")
    facts.add_row("On an unknown day", f"{overview.undated:,}")
    for label, days, end in (
        ("Longest streak", streaks.longest_days, streaks.longest_end),
        ("Latest streak", streaks.latest_days, streaks.latest_end),
    ):
        if end is not None:
            facts.add_row(label, f"{days} {'day' if days == 1 else 'days'}, until {end}")
    charts = Table.grid(padding=(0, 4))
    charts.add_row(
        _chart("Weekdays", zip(_WEEKDAYS, overview.by_weekday, strict=True)),
        _chart("Decades", ((f"{decade}s", n) for decade, n in overview.by_decade.items())),
    )
    best = _side_by_side(
        _names(
            f"Best rated {type_}s",
            ((r.name, f"{r.films:,} films", _mean(r.shrunk_mean)) for r in orders.by_rating),
        )
        for type_, orders in overview.rankings.items()
        if type_ != "genre"
    )
    means = Text(
        "Means are pulled towards your own where there are few ratings;"
        f" {overview.rating_minimum_films} films at least.",
        FAINT,
    )
    films = _entries("Best rated films", overview.top_rated) or ["", "No best rated films yet."]
    rule = Text(
        f"From {stars(overview.top_rated_from):g} stars on; of equals, first those seen more"
        " often, then the latest.",
        FAINT,
    )
    return Padding(Group(facts, "", charts, "", best, means, *films, rule), (0, 2, 1, 2))


def comparison_page(user: str, other: str, comparison: Comparison) -> RenderableType:
    """What both have seen, how alike they rate it, and what only one of them has seen."""
    title = Text.assemble((user, ACCENT), " and ", (other, ACCENT))
    facts = plain_grid()
    facts.add_row(f"Films of {user}", f"{comparison.films:,}")
    facts.add_row(f"Films of {other}", f"{comparison.other_films:,}")
    facts.add_row("Seen by both", f"{comparison.common:,} ({comparison.overlap:.0%} of all)")
    facts.add_row("Rated by both", f"{comparison.rated_common:,}")
    if comparison.mean_distance is not None:
        low, high = comparison.distance_low, comparison.distance_high
        interval = "" if low is None else f" ({low:.2f} to {high:.2f})"
        facts.add_row("Stars apart", f"{comparison.mean_distance:.2f}{interval}")
    if comparison.correlation is not None:
        facts.add_row("Correlation", f"{comparison.correlation:.2f}")
    enough = comparison.distance_minimum_films
    if 0 < comparison.rated_common < enough:
        facts.add_row("", f"Too few films to say how alike you are: {enough} are needed.")
    page: list[RenderableType] = [title, "", facts]
    for heading, films in (("Agreed", comparison.agree), ("Disagreed", comparison.disagree)):
        if films:
            page += ["", Text(heading, ACCENT), _rated_table(user, other, films)]
    page += _entries(f"Only {user} has seen", comparison.only_user)
    page += _entries(f"Only {other} has seen", comparison.only_other)
    return Padding(Group(*page), (1, 2))


def affinities_table(ranked: Sequence[AffinityDocument], type_: AffinityType) -> Table:
    """Names with their plays and mean rating."""
    table = headed(type_.capitalize(), "Plays", "", "Mean", "Rated")
    for column in (1, 3, 4):
        table.columns[column].justify = "right"
    most = max((each.affinity.plays for each in ranked), default=0)
    for each in ranked:
        plays, rated, _ = each.affinity
        mean = Text(_mean(mean_of(each.affinity)), RATING)
        table.add_row(
            Text(each.name, "bold"), f"{plays:,}", draw_bar(plays, most, 16), mean, f"{rated:,}"
        )
    return table


def trends_page(trend: GlobalTrend) -> RenderableType:
    """What everybody added in the window."""
    if not trend.top_movies:
        return f"Nobody added anything in the last {trend.window_days} days."
    films = headed("Film", "Year", "Plays", "")
    most = trend.top_movies[0].count
    for movie in trend.top_movies:
        bar = draw_bar(movie.count, most, 16)
        films.add_row(Text(movie.title, "bold"), year_of(movie), f"{movie.count:,}", bar)
    genres = ", ".join(f"{genre} {count:,}" for genre, count in trend.trending_genres[:8])
    heading = Text(f"The last {trend.window_days} days", ACCENT)
    return Group(heading, films, Text("Genres: " + genres, FAINT) if genres else "")


def mean_of(affinity: Affinity) -> float | None:
    """The mean rating in stars."""
    rated = affinity.rated_count
    return affinity.rating_sum / 2 / rated if rated else None


def _headline(stats: UserStats) -> Text:
    days, hours = divmod(stats.watch_time_minutes // 60, 24)
    parts = [
        (f"{stats.total_watched:,}", " play" if stats.total_watched == 1 else " plays"),
        (f"{stats.rated_count:,}", " rated"),
    ]
    if stats.rated_count:
        parts.append((f"{stats.sum_ratings / 2 / stats.rated_count:.2f}", " mean rating"))
    parts.append((f"{days:,} d {hours} h" if days else f"{hours} h", " watched"))
    shown = (Text.assemble((number, "bold"), (words, FAINT)) for number, words in parts)
    return Text("   ").join(shown)


def _ratings_chart(stats: UserStats) -> Table:
    chart = plain_grid("Ratings")
    most = max(stats.rating_distribution.values(), default=0)
    for half_stars in reversed(HALF_STARS):
        plays = stats.rating_distribution.get(half_stars, 0)
        stars = Text(stars_of(half_stars), RATING, justify="right")
        chart.add_row(stars, draw_bar(plays, most, 16), f"{plays:,}" if plays else "")
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


def _chart(heading: str, counts: Iterable[tuple[str, int]]) -> Table:
    chart, counts = plain_grid(heading), list(counts)
    most = max((n for _, n in counts), default=0)
    for label, n in counts:
        chart.add_row(label, draw_bar(n, most, 12), f"{n:,}")
    return chart


def _names(heading: str, rows: Iterable[tuple[str, ...]]) -> Table:
    """Names with their figures, the last of which is a mean rating."""
    listed = Table.grid(padding=(0, 1), expand=True)
    listed.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    listed.add_row(Text(heading, ACCENT))
    for name, *numbers, mean in rows:
        cells = [Text(number, justify="right") for number in numbers]
        listed.add_row(name, *cells, Text(mean, RATING, justify="right"))
    return listed


def _side_by_side(tables: Iterable[Table]) -> Table:
    columns = list(tables)
    row = Table.grid(padding=(0, 3), expand=True)
    for _ in columns:
        row.add_column(ratio=1)
    row.add_row(*columns)
    return row


def _entries(heading: str, entries: Sequence[Entry]) -> list[RenderableType]:
    return ["", Text(heading, ACCENT), entries_table(entries)] if entries else []


def _rated_table(user: str, other: str, films: Iterable[RatedByBoth]) -> Table:
    table = plain_grid()
    table.add_row("", Text(user, ACCENT), Text(other, ACCENT))
    for film in films:
        ratings = (Text(stars_of(r), RATING) for r in (film.rating, film.other_rating))
        table.add_row(film.movie.title, *ratings)
    return table


def _mean(mean: float | None) -> str:
    return "" if mean is None else f"{mean:.2f}"
