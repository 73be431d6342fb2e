"""The command that takes over what the original has counted."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from cinestats.application.streaming.adopt import checked_offsets
from cinestats.application.streaming.claim import claim_topic
from cinestats.application.streaming.ports import Bounds, TransportUnavailable
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints.extra import extra

from .arguments import AsJson
from .session import counted, note, opened, print_json

if TYPE_CHECKING:
    from cinestats.adapters.mongo.original import Examined

_PLACE = re.compile(r"(\d{1,9}):(\d{1,18})", re.ASCII)


def parse_offsets(text: str) -> dict[int, int]:
    """Offsets by partition, from "0:811,1:790"; raises InvalidInput."""
    found: dict[int, int] = {}
    for part in text.split(","):
        match = _PLACE.fullmatch(part.strip())
        if match is None or int(match[1]) in found:
            raise InvalidInput(
                "offsets", f"must name each partition once, as 0:811,1:790, not {text!r}"
            )
        found[int(match[1])] = int(match[2])
    return found


def adopt(
    offsets: Annotated[
        str | None,
        Option(
            metavar="P:OFFSET,…",
            help="For each partition the offset that the original would have read next.",
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        Option(
            metavar="DIR", help="In their place: the original's Spark checkpoint of user_stats."
        ),
    ] = None,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Check everything, and change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Go on from the figures that the original wrote. Stop it and its consumers first."""
    with opened() as container, extra():
        settings = container.settings()
        if settings.backend != "distributed":
            raise InvalidInput("CINESTATS_BACKEND", "must be distributed")
        from cinestats.adapters.kafka.topics import describe_topic, topic_bounds
        from cinestats.adapters.mongo.database import MongoDatabase
        from cinestats.adapters.mongo.original import adopt_original, examine_original

        # Not the stores' own: they would bring up to their form what is the original's.
        database = MongoDatabase(settings.mongo_uri, settings.mongo_database)
        topic = settings.kafka_topic
        facts = describe_topic(settings)
        if facts is None:
            raise TransportUnavailable(f"Kafka has no topic {topic}.")
        kept = topic_bounds(settings, facts.partitions)
        notes: list[str] = []
        given = _given(offsets, checkpoint, topic, notes)
        if given is None and not dry_run:
            raise InvalidInput("offsets", "are needed; see cinestats adopt --dry-run")
        next_ = None if given is None else checked_offsets(given, kept)
        found = examine_original(database)
        notes += _unknown(found, kept)
        adopted = 0
        if next_ is not None and not dry_run:
            adopted = adopt_original(database, next_)
            stores = container.stores()
            for partition, offset in enumerate(next_):
                stores.topic_positions.advance(topic, partition, offset)
            claim_topic(topic, facts, stores.topic_claims)
            stores.topic_claims.settle(topic, "foreign")
    if as_json:
        offered = {"topic": [held._asdict() for held in kept], "offsets": next_}
        print_json({**found._asdict(), **offered, "adopted": adopted, "notes": notes})
        return
    there = (
        f"{counted(found.users, 'user')} and {counted(found.affinities, 'affinity document')}"
    )
    typer.echo(f"Of the original there are {there}.")
    for partition, held in enumerate(kept):
        wanted = "" if next_ is None else f"; counted so far: before {next_[partition]}"
        typer.echo(f"Partition {partition} holds offsets {held.first} to {held.end}{wanted}.")
    for each in notes:
        note(each)
    typer.echo(
        "Nothing was changed." if dry_run else f"Adopted {counted(adopted, 'document')}."
    )


def _given(
    offsets: str | None, checkpoint: Path | None, topic: str, notes: list[str]
) -> dict[int, int] | None:
    """The offsets that were named or lie in the checkpoint; None without either."""
    if offsets is not None and checkpoint is not None:
        raise InvalidInput("offsets", "are given twice: leave out --offsets or --checkpoint")
    if checkpoint is None:
        return None if offsets is None else parse_offsets(offsets)
    from cinestats.adapters.spark.offset_log import read_offsets

    read = read_offsets(checkpoint, topic)
    if read.unfinished:
        notes.append(
            "The original had begun a batch that it did not finish: which of it is in the"
            " figures, nobody can tell. All of it will be counted now, so some of it twice."
        )
    return read.offsets


def _unknown(found: "Examined", kept: Sequence[Bounds]) -> Iterator[str]:
    """What these documents do not say, a sentence each."""
    if all(held.first == 0 for held in kept):
        yield (
            "The topic holds every record since its first: counting it anew in a new"
            " CINESTATS_MONGO_DATABASE gives exact figures, which these need not be."
        )
    yield "What the original counted twice, or missed, stays so: nobody can tell it apart."
    yield "It kept no ratings of genres: their means begin with the events that follow."
    yield "It kept no days of its trends: these begin anew, and are whole after 30 days."
    if found.unrated:
        yield f"Plays without a rating, in no distribution: {found.unrated:,}."
    if found.undated:
        yield f"Plays without a month, in none: {found.undated:,}."
    if found.nameless:
        yield f"Affinities without a name that an event can have, dropped: {found.nameless:,}."
    if found.uneven:
        yield f"Users whose ratings do not add up to their plays: {found.uneven:,}."
    if found.below_zero:
        yield f"Documents that count less than nothing, kept as they are: {found.below_zero:,}."
