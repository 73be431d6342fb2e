"""Prints the OpenAPI document, from which the pages' types are made."""

import json

from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings

print(json.dumps(create_app(make_container(Settings(backend="memory"))).openapi()))
