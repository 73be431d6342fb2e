"""What every body and every answer of the API has in common."""

import importlib
import inspect
import pkgutil

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel

from cinestats.adapters.entry_json import EntryDocument
from cinestats.entrypoints import api
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import Container

BODIES = {
    model.__name__: model
    for module in pkgutil.walk_packages(api.__path__, "cinestats.entrypoints.api.")
    for _, model in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
    if issubclass(model, BaseModel) and model.__name__.endswith("Body")
}

# What answers no document of its own: files, pages, streams, metrics, schemas.
WITHOUT_MODEL = {
    "/docs",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/posters/{source}/{path:path}",
    "/schemas/asyncapi.json",
    "/schemas/event.json",
    "/session/oidc",
    "/session/oidc/callback",
    "/users/{user}/export",
    "/users/{user}/stream",
}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_body_has_no_other_fields(name: str) -> None:
    """So nobody makes themselves an admin by a field that is not asked for, and "5" is no 5."""
    config = BODIES[name].model_config
    assert config.get("extra") == "forbid"
    assert config.get("strict") is True


def test_every_document_has_its_model(container: Container) -> None:
    """So nothing that is stored, such as a hash, gets into an answer by being there."""
    without = {
        context.path
        for context in iter_route_contexts(create_app(container).routes)
        if isinstance(context.route, APIRoute)
        and context.route.include_in_schema
        and context.route.status_code != 204
        and context.route.response_model is not EntryDocument  # a closed TypedDict
        and not (
            inspect.isclass(context.route.response_model)
            and issubclass(context.route.response_model, BaseModel)
        )
    }
    assert without <= WITHOUT_MODEL
