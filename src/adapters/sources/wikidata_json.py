"""The JSON of Wikidata's query service and of its API."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from cinestats.adapters import strict_json
from cinestats.adapters.strict_json import Fields
from cinestats.domain.errors import InvalidInput

from .http import Unanswered


def bindings(answer: Fields) -> Mapping[str, set[str]]:
    """The items of a query's answer, by the value that they were found by."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    results = strict_json.as_object(answer.get("results"), "results")
    for each in as_list(results.get("bindings"), "bindings"):
        row = strict_json.as_object(each, "bindings")
        item, value = (
            strict_json.text(strict_json.as_object(row.get(name), name), "value")
            for name in ("item", "value")
        )
        found[value].add(item.rpartition("/")[2])
    return found


def objects_by_id(answer: Fields, asked: Sequence[str]) -> Mapping[str, Fields]:
    """The entities that there are; one that was merged comes by the id that was asked for."""
    if "error" in answer:
        error = strict_json.as_object(answer["error"], "error")
        raise Unanswered(f"Wikidata answered {strict_json.text(error, 'code')[:60]}.")
    entities = strict_json.as_object(answer.get("entities"), "entities")
    found: dict[str, Fields] = {}
    for key in entities:
        entity = strict_json.as_object(entities[key], "entities")
        if "missing" in entity:
            continue
        merged = strict_json.as_object(entity.get("redirects") or {}, "redirects")
        for item in {key, merged.get("from")} & set(asked):
            found[str(item)] = entity
    return found


def claims(entity: Fields, property_: str) -> Sequence[Any]:
    """The values of a property: those that are preferred, or else the others."""
    of_entity = strict_json.as_object(entity.get("claims") or {}, "claims")
    by_rank: defaultdict[str, list[Any]] = defaultdict(list)
    for each in as_list(of_entity.get(property_) or [], property_):
        claim = strict_json.as_object(each, property_)
        snak = strict_json.as_object(claim.get("mainsnak"), "mainsnak")
        if strict_json.text(snak, "snaktype") == "value":
            data = strict_json.as_object(snak.get("datavalue"), "datavalue")
            by_rank[strict_json.text(claim, "rank")].append(data.get("value"))
    return by_rank["preferred"] or by_rank["normal"]


def items(entity: Fields, property_: str) -> Sequence[str]:
    """The items that are the values of a property."""
    return [
        strict_json.text(strict_json.as_object(value, property_), "id")
        for value in claims(entity, property_)
    ]


def texts(entity: Fields, property_: str) -> Sequence[str]:
    """The texts that are the values of a property."""
    values = claims(entity, property_)
    if not all(isinstance(value, str) for value in values):
        raise InvalidInput(property_, "must be text")
    return values


def as_list(value: object, field: str) -> Sequence[object]:
    """The value as a list; raises InvalidInput."""
    if not isinstance(value, list):
        raise InvalidInput(field, "must be a list")
    return cast("list[object]", value)
