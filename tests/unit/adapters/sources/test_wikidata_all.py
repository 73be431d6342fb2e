"""All films of Wikidata: from a folder of its entities, and by its query service."""

import bz2
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cinestats.adapters.sources.wikidata import Wikidata
from cinestats.adapters.sources.wikidata_dump import WikidataDump
from cinestats.adapters.sources.wikidata_slices import films_by_year
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.sources.ports import SourceStopped
from cinestats.domain.errors import CinestatsError
from tests.contracts.catalogue import RED_RIDING

from .stand_in import SERVER_ERROR, Asked, Reply, StoodTimer, served
from .test_wikidata import ALI, FILM
from .wikidata_stand_in import WikidataStandIn

YEARS = range(1994, 2010)
ALL = {"Q42198": "Heat", "Q201819": "Ali"}


def lines(*entities: dict[str, Any]) -> str:
    return "[\n" + ",\n".join(map(json.dumps, entities)) + "\n]\n"


def entities() -> dict[str, dict[str, Any]]:
    return WikidataStandIn([FILM, ALI]).entities


def dumped(folder: Path, refused: list[str] | None = None, min_links: int = 0) -> Any:
    said = [] if refused is None else refused
    films = WikidataDump(folder, said.append, lambda *_: None).films(min_links)
    return {film.movie.ids.wikidata: film for film in films}


class TestDump:
    @pytest.mark.parametrize("pack", [str.encode, "gz", "bz2"])
    def test_every_form_of_it_gives_the_films_that_the_api_gives(
        self, tmp_path: Path, pack: Any
    ) -> None:
        text = lines(*entities().values()).encode()
        name, data = {
            "gz": ("all.json.gz", gzip.compress(text)),
            "bz2": ("all.json.bz2", bz2.compress(text)),
        }.get(pack, ("all.json", text))
        (tmp_path / name).write_bytes(data)
        (tmp_path / "README").write_text("no entities")
        with served(WikidataStandIn([FILM, ALI])) as server:
            assert dumped(tmp_path) == asked_for(server, ALL)

    def test_an_answer_of_the_api_is_read_too(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(json.dumps({"entities": entities(), "success": 1}))
        assert dumped(tmp_path).keys() == ALL.keys()

    def test_a_kind_of_film_is_one_and_what_is_none_is_left_out(self, tmp_path: Path) -> None:
        """Whatever the order; a film without a year is of no use, and a series is no film."""
        all_ = entities()
        all_["Q42198"]["claims"]["P31"] = of("Q229390")
        all_["Q201819"]["claims"]["P31"] = of("Q5398426")
        kinds = [
            {"id": "Q229390", "claims": {"P279": of("Q52162262")}},
            {"id": "Q52162262", "claims": {"P279": of("Q11424")}},
        ]
        (tmp_path / "a.json").write_text(lines(*all_.values(), *kinds))
        assert dumped(tmp_path).keys() == {"Q42198"}
        del all_["Q42198"]["claims"]["P577"]
        (tmp_path / "a.json").write_text(lines(*all_.values(), *kinds))
        assert dumped(tmp_path) == {}

    def test_only_films_that_so_many_wikis_have(self, tmp_path: Path) -> None:
        all_ = entities()
        all_["Q42198"]["sitelinks"] = {"enwiki": {}, "itwiki": {}}
        (tmp_path / "a.json").write_text(lines(*all_.values()))
        assert dumped(tmp_path, min_links=2).keys() == {"Q42198"}
        assert dumped(tmp_path, min_links=3) == {}

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda e: e["claims"].update(P577="soon"), "P577: must be a list"),
            (lambda e: e.update(id=7), "id: must be text"),
            (lambda e: e.update(labels=3), "labels: must be a JSON object"),
            (lambda e: e["claims"].update(P57=[7]), "P57: must be a JSON object"),
        ],
    )
    def test_what_cannot_be_read_is_named_once_and_the_others_are_there(
        self, tmp_path: Path, change: Callable[[Any], None], said: str
    ) -> None:
        all_ = entities()
        change(all_["Q42198"])
        (tmp_path / "a.json").write_text(lines(*all_.values()))
        refused: list[str] = []
        assert dumped(tmp_path, refused).keys() == {"Q201819"}
        (sentence,) = refused
        assert said in sentence

    def test_a_folder_without_entities_and_a_damaged_file_are_refused(
        self, tmp_path: Path
    ) -> None:
        for folder in (tmp_path, tmp_path / "none"):
            with pytest.raises(CinestatsError, match="has no entities of Wikidata"):
                dumped(folder)
        (tmp_path / "a.json.gz").write_bytes(gzip.compress(b"[" + b"{}\n" * 999)[:-9])
        with pytest.raises(CinestatsError, match="damaged or cut short"):
            dumped(tmp_path)


class TestSlices:
    def test_every_film_comes_once_as_its_own_question_tells_it(self, tmp_path: Path) -> None:
        """Heat was shown in 1995 and in 1996: no item is asked for twice."""
        with served(WikidataStandIn([FILM, ALI, *RED_RIDING])) as server:
            films = list(sliced(server, tmp_path))
            assert len({film.movie.ids for film in films}) == len(films) == 5
            items = [
                item
                for asked in server.asked
                for item in asked.parameters.get("ids", "").split("|")
                if item
            ]
            assert len(items) == len(set(items))
            found = {film.movie.ids.wikidata: film for film in films}
            assert {item: found[item] for item in ALL} == asked_for(server, ALL)

    def test_a_year_that_is_too_much_for_one_answer_is_halved(self, tmp_path: Path) -> None:
        stand_in = WikidataStandIn([FILM, ALI])

        def too_much(asked: Asked) -> Reply:
            query = asked.parameters.get("query", "")
            return (
                SERVER_ERROR
                if "1995-01-01" in query and "1996-01-01" in query
                else usual(asked)
            )

        usual, stand_in.answer = stand_in.answer, too_much
        with served(stand_in) as server:
            assert len(list(sliced(server, tmp_path))) == 2

    def test_it_goes_on_where_it_was_broken_off(self, tmp_path: Path) -> None:
        with served(WikidataStandIn([FILM, ALI])) as server:
            films = sliced(server, tmp_path)
            assert next(films).movie.title == "Heat"
            films.close()  # type: ignore[attr-defined]
            before = len(server.asked)
            assert [film.movie.title for film in sliced(server, tmp_path)] == ["Heat", "Ali"]
            years = [
                asked.parameters["query"].partition('FILTER("')[2][:4]
                for asked in server.asked
                if "query" in asked.parameters
            ]
            assert years == [str(year) for year in YEARS]
            assert len(server.asked) > before
            asked = len(server.asked)
            assert len(list(sliced(server, tmp_path))) == 2
            assert len(server.asked) == asked

    def test_a_service_that_is_down_ends_it_soon(self, tmp_path: Path) -> None:
        stand_in = WikidataStandIn([FILM])
        stand_in.answer = lambda _: SERVER_ERROR
        with served(stand_in) as server:
            with pytest.raises(SourceStopped, match=r"1994.* goes on from there"):
                list(sliced(server, tmp_path))
            assert len(server.asked) < 50

    def test_the_number_of_wikis_is_asked_for(self, tmp_path: Path) -> None:
        with served(WikidataStandIn([FILM])) as server:
            list(sliced(server, tmp_path, min_links=3))
            queries = [a.parameters["query"] for a in server.asked if "query" in a.parameters]
        assert all("wikibase:sitelinks ?n . FILTER(?n >= 3)" in each for each in queries)


def of(*kinds: str) -> list[Any]:
    return [
        {
            "rank": "normal",
            "mainsnak": {"snaktype": "value", "datavalue": {"value": {"id": kind}}},
        }
        for kind in kinds
    ]


def source_of(server: Any) -> Wikidata:
    return Wikidata(
        sparql_url=f"{server.url}/sparql", api_url=f"{server.url}/w/api.php", timer=StoodTimer()
    )


def asked_for(server: Any, items: Any) -> dict[str, Any]:
    return dict(source_of(server).films(list(items)))


def sliced(server: Any, folder: Path, min_links: int = 0) -> Iterator[CatalogueFilm]:
    def refused(sentence: str) -> None:
        raise AssertionError(sentence)

    return films_by_year(
        source_of(server),
        folder,
        YEARS,
        min_links=min_links,
        refused=refused,
        progress=lambda *_: None,
    )
