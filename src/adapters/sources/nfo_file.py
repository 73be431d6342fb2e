"""One ``.nfo`` file as Kodi, Jellyfin, Emby and Plex know it: a film in XML, or its address.

After https://kodi.wiki/view/NFO_files/Movies, as of 2026-11-28. The XML may be followed by an
address, and a file may hold an address alone.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.details import FilmDetails
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.movie import FilmIds, Movie

_IMDB = re.compile(r"imdb\.com/(?:[a-z-]+/)?title/(tt\d{5,12})\b", re.IGNORECASE)
_TMDB = re.compile(r"(?:themoviedb|tmdb)\.org/movie/(\d{1,10})\b", re.IGNORECASE)
_WIKIDATA = re.compile(r"wikidata\.org/wiki/(Q[1-9]\d*)\b")
_YEAR = re.compile(r"[12]\d{3}(?=-|$)")
_MINUTES = re.compile(r"(\d{1,5})(?:\s*min\.?)?", re.IGNORECASE)
_END = "</movie>"


class NfoError(CinestatsError):
    """The file is no film that can be read; the message says why."""


class OfAnotherKind(CinestatsError):
    """The file is about something else: a series, an episode, an album."""


def read_nfo(data: bytes, named: tuple[str, int | None]) -> CatalogueFilm:
    """The film of a file; raises NfoError, and OfAnotherKind for what is no film.

    ``named`` is the title and the year that its name says, for a file with an address alone.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # XML may say what it is in; addresses are ASCII
    if not text.lstrip().startswith("<"):
        ids = _ids_in(text)
        if not any(ids):
            raise NfoError("it holds neither XML nor the address of a film.")
        title, year = named
        return CatalogueFilm(Movie.create(title, year=year, ids=ids))
    end = text.rfind(_END)
    after = "" if end < 0 else text[end + len(_END) :]
    kept = len(data) - len(after.encode("utf-8" if _is_utf8(data) else "latin-1"))
    try:
        root: Element = fromstring(data[:kept], forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NfoError("it is no XML that can be read.") from error
    if root.tag != "movie":
        raise OfAnotherKind(f"it is about another thing: {root.tag[:40]}")
    try:
        return _film(root, _ids_in(after))
    except InvalidInput as error:
        raise NfoError(f"{error}.") from error


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _film(root: Element, address: FilmIds) -> CatalogueFilm:
    title = _text(root, "title") or _text(root, "originaltitle")
    if title is None:
        raise NfoError("it has no title.")
    movie = Movie.create(
        title,
        year=_year(root),
        directors=_texts(root, "director"),
        actors=_actors(root),
        genres=_texts(root, "genre"),
        duration=_minutes(root),
        ids=_ids(root).filled_by(address),
        details=FilmDetails.create(
            original_title=_text(root, "originaltitle"),
            countries=_texts(root, "country"),
            writers=_texts(root, "credits"),
            studios=_texts(root, "studio"),
            collection=_text(root, "set/name") or _text(root, "set"),
        ),
    )
    return CatalogueFilm(movie)


def _text(root: Element, path: str) -> str | None:
    text = " ".join((root.findtext(path) or "").split())
    return text or None


def _texts(root: Element, tag: str) -> Iterator[str]:
    """What elements say; programs part several values by a slash, too."""
    for element in root.findall(tag):
        for part in (element.text or "").split(" / "):
            if text := " ".join(part.split()):
                yield text


def _actors(root: Element) -> list[str]:
    """Their names, in the order that the file gives them."""

    def order(actor: Element) -> int:
        place = _text(actor, "order") or _text(actor, "sortorder") or ""
        return int(place) if place.isascii() and place.isdecimal() else 10**6

    actors = [each for each in root.findall("actor") if _text(each, "type") in (None, "Actor")]
    names = [_text(actor, "name") for actor in sorted(actors, key=order)]
    return [name for name in names if name]


def _year(root: Element) -> int | None:
    """The year; else that of the first day on which it was shown."""
    for tag in ("year", "premiered", "releasedate"):
        text = _text(root, tag)
        if text not in (None, "0"):
            year = _YEAR.match(text)
            if year is None:
                raise InvalidInput(tag, f"must begin with a year, not {text[:40]!r}")
            return int(year[0])
    return None


def _minutes(root: Element) -> int | None:
    text = _text(root, "runtime")
    if text is None:
        return None
    minutes = _MINUTES.fullmatch(text)
    if minutes is None:
        raise InvalidInput("runtime", f"must be a number of minutes, not {text[:40]!r}")
    return int(minutes[1]) or None


def _ids(root: Element) -> FilmIds:
    """Ids by the names that the programs give them; one that cannot be is not the film's."""
    told: dict[str, str] = {}
    for element in root.findall("uniqueid"):
        told.setdefault(element.get("type", "").lower(), (element.text or "").strip())
    for tag, kind in (("imdbid", "imdb"), ("imdb_id", "imdb"), ("tmdbid", "tmdb"), ("id", "")):
        if text := _text(root, tag):
            told.setdefault(kind or ("imdb" if text.startswith("tt") else "id"), text)
    imdb, tmdb, wikidata = (told.get(kind, "") for kind in ("imdb", "tmdb", "wikidata"))
    return FilmIds(
        imdb if re.fullmatch(r"tt\d{5,12}", imdb, re.ASCII) else None,
        int(tmdb) if re.fullmatch(r"[1-9]\d{0,9}", tmdb, re.ASCII) else None,
        wikidata if re.fullmatch(r"Q[1-9]\d{0,11}", wikidata, re.ASCII) else None,
    )


def _ids_in(text: str) -> FilmIds:
    """The ids that addresses in a text hold."""
    imdb, tmdb, wikidata = _IMDB.search(text), _TMDB.search(text), _WIKIDATA.search(text)
    return FilmIds(
        imdb and imdb[1],
        int(tmdb[1]) or None if tmdb else None,
        wikidata and wikidata[1],
    )
