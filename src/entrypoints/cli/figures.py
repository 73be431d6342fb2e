"""Commands that show figures."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from cinestats.adapters.documents import read_models
from cinestats.adapters.documents.figures import ComparisonAnswer, OverviewAnswer, YearAnswer
from cinestats.adapters.entry_json import figure_document
from cinestats.application.corrections.provenance import film_corrected_by
from cinestats.application.diary.reader import DiaryReader
from cinestats.application.figures.ports import UserStatsDocument
from cinestats.application.figures.trends import refresh_trends
from cinestats.domain.affinity import AffinityType, credits_of
from cinestats.domain.days import local_day, parse_day
from cinestats.domain.errors import CinestatsError, EntryNotFound, InvalidInput
from cinestats.domain.figures.comparison import compare as compare_diaries
from cinestats.domain.figures.coverage import coverage_of
from cinestats.domain.figures.credits import entries_behind
from cinestats.domain.figures.overview import overview_of
from cinestats.domain.figures.period import ALL_TIME, parse_period
from cinestats.domain.figures.rankings import Rankings
from cinestats.domain.titles import normalize_title
from cinestats.domain.user_stats import UserStats
from cinestats.entrypoints import terminal

from . import figure_pages as pages
from .arguments import SHOWN, AsJson, Limit, User, parse_user
from .session import opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container

_TOP = 5
_FIRST_DAY = date(1970, 1, 1)  # no event of the log is older

Type = Annotated[AffinityType, Argument(metavar="TYPE", help="Which kind of names.")]


def stats(
    user: User,
    as_of: Annotated[
        date | None,
        Option(
            metavar="DATE",
            parser=parse_day,
            help="As they were known at the end of a day, from the log.",
        ),
    ] = None,
    period: Annotated[
        str | None,
        Option(
            metavar="PERIOD",
            help="Only what was watched in 2024, 2024-05, last-30-days, 2024-05-01..2024-06-15"
            " or all; with --json, the whole overview of it.",
        ),
    ] = None,
    full: Annotated[
        bool, Option("--full", help="Everything else that the diary tells, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the statistics of a user."""
    with opened() as container:
        if as_of is None and period is None and not full:
            _show_stored(user, container, as_json)
        else:
            _show_recomputed(user, container, as_of, period, full, as_json)


def _show_stored(user: str, container: "Container", as_json: bool) -> None:
    container.projector().catch_up()
    models, now = container.models(), container.clock()()
    stored = models.user_stats(user) or UserStatsDocument(user, UserStats(), now, 0)
    container.recorder().catch_up_with(user)
    entries = container.diaries().entries(user)
    coverage = coverage_of(entries)
    if as_json:
        print_json(read_models.UserStatsAnswer.stored(stored, coverage, container.zone()))
        return
    tops = _tops(overview_of(entries, ALL_TIME).rankings)
    terminal.show(pages.stats_page(user, stored.stats, coverage, tops))


def _tops(rankings: Mapping[AffinityType, Rankings]) -> pages.Tops:
    """The leading names of each type, in the order that every page has."""
    return {
        type_: [(each.name, each.plays, each.mean) for each in ranking.by_plays[:_TOP]]
        for type_, ranking in rankings.items()
    }


def _show_recomputed(
    user: str,
    container: "Container",
    as_of: date | None,
    period: str | None,
    full: bool,
    as_json: bool,
) -> None:
    this_day = local_day(container.clock()(), container.zone())
    if as_of is not None and not _FIRST_DAY <= as_of <= this_day:
        raise InvalidInput("date", f"must be from {_FIRST_DAY} to today, not {as_of}")
    asked = ALL_TIME if period is None else parse_period(period, as_of or this_day)
    container.recorder().catch_up_with(user)
    log, diaries = container.log(), container.diaries()
    position, entries = DiaryReader(log, diaries, container.zone()).read(user, as_of)
    overview = overview_of(entries, asked)
    totals = overview.totals
    if as_json and period is not None:
        print_json(OverviewAnswer.of(overview, position=position, as_of=as_of))
    elif as_json:
        fields = (
            YearAnswer.of(overview, totals) if full else read_models.TotalsAnswer.of(totals)
        )
        coverage = read_models.CoverageAnswer.of(overview.coverage)
        day = {} if as_of is None else {"as_of": as_of.isoformat()}
        ids = {"_id": user, "user_id": user}
        print_json({**ids, **fields.document(), "coverage": coverage, **day})
    else:
        tops = _tops(overview.rankings)
        terminal.show(pages.stats_page(user, totals, overview.coverage, tops, as_of, period))
        if full:
            terminal.show(pages.full_page(overview))


def affinities(
    user: User,
    type_: Type,
    by: Annotated[
        Literal["count", "rating"],
        Option(help="The most plays first, or the best mean rating."),
    ] = "count",
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Rank the directors, actors or genres of a user."""
    with opened() as container:
        container.projector().catch_up()
        most = limit if as_json or limit else SHOWN
        ranked = container.models().affinities(user, type_, by, most)
        zone = container.zone()
    if as_json:
        print_json([read_models.AffinityAnswer.stored(each, zone) for each in ranked])
    else:
        terminal.show(pages.affinities_table(ranked, type_))


def explain(
    user: User,
    type_: Type,
    name: Annotated[
        str,
        Argument(
            metavar="NAME",
            help="As affinities has it; case, accents and punctuation make no difference.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """List the plays behind a figure, such as "Christopher Nolan: 7".

    A play whose film was corrected tells by what.
    """
    with opened() as container:
        container.recorder().catch_up_with(user)
        entries = container.diaries().entries(user)
        corrected = film_corrected_by(container.log().of_user(user))
    names = {n for entry in entries for t, n in credits_of(entry) if t == type_}
    plays = entries_behind(entries, type_, _name_meant(name, names, user))
    if as_json:
        print_json([figure_document(entry) for entry in plays])
    else:
        terminal.show(terminal.entries_table(plays, corrected))


def _name_meant(name: str, names: set[str], user: str) -> str:
    if name in names:
        return name
    alike = sorted(each for each in names if normalize_title(each) == normalize_title(name))
    if not alike:
        raise EntryNotFound(f"{name} is behind no figure of {user}.")
    if len(alike) > 1:
        raise CinestatsError(f"{name} may be {' or '.join(alike)}; write one of them.")
    return alike[0]


def compare(
    user: User,
    other: Annotated[
        str, Argument(metavar="OTHER", parser=parse_user, help="Whose diary to lay beside it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Lay two diaries side by side: what both have seen, and how alike they rate it."""
    with opened() as container:
        for each in (user, other):
            container.recorder().catch_up_with(each)
        diaries = container.diaries()
        comparison = compare_diaries(diaries.entries(user), diaries.entries(other))
    if as_json:
        print_json(ComparisonAnswer.of(comparison, user=user, other=other))
    else:
        terminal.show(pages.comparison_page(user, other, comparison))


def trends(as_json: AsJson = False) -> None:
    """Show what everybody added in the last 30 days."""
    with opened() as container:
        container.projector().catch_up()
        models, zone = container.models(), container.zone()
        trend = refresh_trends(models, container.clock(), zone)
        if as_json:
            print_json(read_models.TrendsAnswer.stored(trend, container.clock()(), zone))
        else:
            terminal.show(pages.trends_page(trend))
