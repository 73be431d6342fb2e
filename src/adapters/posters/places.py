"""Where the posters of the sources are."""

from collections.abc import Mapping, Sequence

from cinestats.adapters.sources.commons import COMMONS
from cinestats.adapters.sources.settings import TMDB_IMAGES, SourceSettings


def poster_places(settings: SourceSettings) -> Mapping[str, Sequence[str]]:
    """How the addresses of posters begin, by each source that is on and has any.

    The first one is asked. A poster that was told under another one is the same there.
    """
    known = {
        "tmdb": (settings.tmdb_image_url, TMDB_IMAGES),
        "wikidata": (settings.wikidata_image_url, COMMONS),
    }
    return {
        source: tuple(dict.fromkeys(base.rstrip("/") for base in bases))
        for source, bases in known.items()
        if source in settings.sources
    }
