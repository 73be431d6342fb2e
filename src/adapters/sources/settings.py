"""Which sources of films are asked, and how, from the environment."""

from pathlib import Path
from typing import Annotated, get_args

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from cinestats.adapters.environment import EnvironmentSettings, safe_url

from .commons import COMMONS
from .names import SourceName

TMDB_IMAGES = "https://image.tmdb.org/t/p"
_NAMES: tuple[SourceName, ...] = get_args(SourceName)


def _sources(value: object) -> object:
    """What the environment has as one text; raises ValueError for a name that is none."""
    if not isinstance(value, str):
        return value
    names = [part.strip() for part in value.split(",") if part.strip()]
    for name in names:
        if name not in _NAMES:
            expected = ", ".join(_NAMES)
            raise ValueError(f"found {name[:40]!r}, expected any of {expected}")
    return names


class SourceSettings(EnvironmentSettings):
    """Which sources, where they are, and how fast they are asked."""

    sources: Annotated[tuple[SourceName, ...], NoDecode, BeforeValidator(_sources)] = ()
    """The sources that are asked for the details of films, parted by commas, the first one
    first; none unless it is set. Titles, years and ids of films are sent to them."""
    source_rate: float | None = Field(default=None, gt=0, le=100)
    """Requests a second to a source at most; each has its own polite rate unless it is set."""
    wikidata_sparql_url: Annotated[str, AfterValidator(safe_url)] = (
        "https://query.wikidata.org/sparql"
    )
    """Wikidata's query service."""
    wikidata_api_url: Annotated[str, AfterValidator(safe_url)] = (
        "https://www.wikidata.org/w/api.php"
    )
    """Wikidata's API."""
    wikidata_image_url: Annotated[str, AfterValidator(safe_url)] = COMMONS
    """The files of Wikimedia Commons, where the posters that Wikidata names are."""
    tmdb_token: SecretStr | None = None
    """Your API read access token of The Movie Database."""
    tmdb_url: Annotated[str, AfterValidator(safe_url)] = "https://api.themoviedb.org/3"
    """Its API, up to and with `/3`."""
    tmdb_image_url: Annotated[str, AfterValidator(safe_url)] = TMDB_IMAGES
    """Its posters."""
    imdb_dir: Path | None = None
    """The folder with IMDb's non-commercial datasets, `title.basics.tsv.gz` and the others."""
    nfo_dir: Path | None = None
    """A folder of films with `.nfo` files, as Kodi, Jellyfin, Emby and Plex keep them."""
    posters_megabytes: int = Field(default=200, ge=1)
    """How much room the posters take at most that the server keeps; those that nobody has
    looked at for longest go first. It asks for posters where a source that has them is on."""
