"""What the sources are called in settings and commands."""

from typing import Literal

SourceName = Literal["wikidata", "tmdb", "imdb", "nfo"]
