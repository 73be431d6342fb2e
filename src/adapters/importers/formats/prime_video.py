"""Prime Video's watch history, as the exporter of its page in the browser writes it.

Date Watched (milliseconds since 1970, or a date), Type (Movie or Series), Title, Episode
Title, Global Title Identifier, Episode Global Title Identifier, Path, Episode Path, Image URL.
It has no years and no durations, and repeats rows.
"""

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.moments import day_in
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.sessions import one_play_a_day
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record
from cinestats.adapters.importers.video_titles import is_trailer
from cinestats.application.imports.rows import ImportedRow, SkippedRow

_OWN = {"datewatched", "type", "title", "episodetitle"}


def recognises(source: Source) -> Confidence:
    """Whether the columns are those of the exporter, old or new."""
    return Confidence.CERTAIN if set(source.table.columns) >= _OWN else Confidence.NO


@Importer(
    "prime-video",
    label="Prime Video",
    hint={
        "en": "The CSV of the browser's Watch History Exporter for Amazon Prime Video, with"
        " dates as Unix timestamps.",
        "it": "Il CSV di Watch History Exporter for Amazon Prime Video, un’estensione del"
        " browser, con le date come timestamp Unix.",
    },
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the watch history; its films are plays."""

    def read_row(record: Record) -> ImportedRow | SkippedRow:
        type_ = record["type"]
        if type_.lower() != "movie" or record["episodetitle"]:
            return SkippedRow(record.line, f"not a film: {type_.lower()[:60] or 'episode'}")
        if is_trailer(record["title"]):
            return SkippedRow(record.line, "not a film: trailer")
        moment = record["datewatched"]
        read_day = day_in(options.zone) if moment.isdecimal() else options.day
        return ImportedRow(
            line=record.line,
            kind="play",
            title=record.read(cells.title, "title"),
            watched_on=record.try_read(read_day, "datewatched"),
        )

    return one_play_a_day(source.table.export("Prime Video watch history", read_row))
