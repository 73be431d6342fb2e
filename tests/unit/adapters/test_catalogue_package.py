"""A package of films is taken in only where it is what its manifest says."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cinestats.adapters.catalogue_package import (
    FILMS,
    MANIFEST,
    Package,
    is_package,
    write_package,
)
from cinestats.application.catalogue.learn import told_by
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.errors import CinestatsError, InvalidInput
from tests.contracts.catalogue import DECOYS, RIGHT, film
from tests.unit.adapters.sources.test_tmdb import HEAT

DAY = date(2026, 11, 29)
FULL = replace(HEAT, movie=replace(HEAT.movie, poster_url=None))
ALL = [FULL, film("Amélie", 2001, wikidata="Q484048"), film("東京物語", 1953), *RIGHT, *DECOYS]


def packed(films: list[CatalogueFilm], folder: Path) -> Path:
    file = folder / "films.zip"
    with file.open("wb") as target:
        write_package(target, films, "wikidata", DAY)
    return file


def test_every_film_comes_back_with_all_its_fields(tmp_path: Path) -> None:
    """What a package lacks is who told it before: it is of one source and day."""
    films = [told_by(each, "tmdb", DAY) for each in ALL]
    package = Package(packed(films, tmp_path))
    assert list(package.films()) == ALL
    manifest = package.manifest
    assert (manifest.source, manifest.licence, manifest.date) == ("wikidata", "CC0-1.0", DAY)
    assert manifest.rows == len(ALL)


def test_the_same_films_are_the_same_bytes(tmp_path: Path) -> None:
    """So a package can be made again and compared."""
    first = packed(ALL, tmp_path).read_bytes()
    assert packed(ALL, tmp_path).read_bytes() == first


@pytest.mark.parametrize("source", ["tmdb", "imdb", "nfo", "mine"])
def test_nothing_of_a_source_that_is_not_free_is_packed(source: str) -> None:
    with pytest.raises(InvalidInput, match="expected one of wikidata"):
        write_package(io.BytesIO(), ALL, source, DAY)


def changed(file: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file


def manifest_with(**fields: Any) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **fields}).encode()

    return change


NOT_THE_FILMS = "are not those of its manifest"
UNUSABLE = "manifest cannot be used"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update({FILMS: m[FILMS] + b"{}\n"}), NOT_THE_FILMS),
        (lambda m: m.update({FILMS: m[FILMS][:-1]}), NOT_THE_FILMS),
        (lambda m: m.update({FILMS: m[FILMS].replace(b"Heat", b"Haet")}), NOT_THE_FILMS),
        (manifest_with(rows=1), NOT_THE_FILMS),
        (manifest_with(bytes=1), NOT_THE_FILMS),
        (manifest_with(sha256="0" * 64), NOT_THE_FILMS),
        (manifest_with(licence="CC-BY-NC-4.0"), "not free"),
        (manifest_with(source="tmdb"), "not free"),
        (manifest_with(form=2), "a later cinestats may read it"),
        (manifest_with(date="soon"), UNUSABLE),
        (manifest_with(date=7), UNUSABLE),
        (manifest_with(bytes=2**40), UNUSABLE),
        (manifest_with(rows=None), UNUSABLE),
        (manifest_with(rows="1"), UNUSABLE),
        (lambda m: m.update({MANIFEST: b"[]"}), UNUSABLE),
        (lambda m: m.update({MANIFEST: b"no JSON"}), UNUSABLE),
        (lambda m: m.pop(MANIFEST), "is no package of films"),
        (lambda m: m.pop(FILMS), "is no package of films"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, change: Any, said: str) -> None:
    file = changed(packed(ALL, tmp_path), change)
    with pytest.raises(CinestatsError, match=said):
        Package(file)


@pytest.mark.parametrize("at", range(0, 100, 7))
def test_a_byte_that_changed_is_told_or_changes_nothing(tmp_path: Path, at: int) -> None:
    file = packed(ALL, tmp_path)
    data = bytearray(file.read_bytes())
    data[len(data) * at // 100] ^= 0x41
    file.write_bytes(data)
    try:
        films = list(Package(file).films())
    except CinestatsError:
        return
    assert films == ALL


@pytest.mark.parametrize(
    "row",
    [
        b"7",
        b"{}",
        b"no JSON",
        b'{"name": "Heat", "release_years": "1995"}',
        b'{"name": "Heat", "release_years": [true]}',
        b'{"name": "Heat", "release_years": [], "alternative_titles": [7]}',
        b'{"name": "Heat", "release_years": [], "alternative_titles": [""]}',
        b'{"name": "Heat", "year": 1, "release_years": []}',
    ],
)
def test_a_row_that_is_no_film_is_named(tmp_path: Path, row: bytes) -> None:
    def change(members: dict[str, bytes]) -> None:
        films = members[FILMS] = members[FILMS] + row + b"\n"
        rows = len(ALL) + 1
        manifest_with(sha256=sha256(films).hexdigest(), bytes=len(films), rows=rows)(members)

    package = Package(changed(packed(ALL, tmp_path), change))
    with pytest.raises(CinestatsError, match=f"no film in line {len(ALL) + 1} of films.jsonl"):
        list(package.films())


def test_a_csv_file_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title\nPK\n")
    assert not is_package(tmp_path / "a.csv")
    assert is_package(packed([], tmp_path))
