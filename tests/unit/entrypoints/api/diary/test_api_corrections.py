"""What is wrong in a diary is put right, and that can be undone."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.adapters.event_json import encode
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.movie import FilmIds, Movie
from cinestats.entrypoints.container import Container

pytestmark = pytest.mark.slow

Add = Callable[..., dict[str, Any]]

KEY = {"Idempotency-Key": "k1"}
HEAT = CatalogueFilm(
    Movie.create(
        "Heat",
        year=1995,
        film_key="tt0113277",
        directors="Michael Mann",
        duration=170,
        genres=["Crime"],
        ids=FilmIds(imdb="tt0113277"),
    )
)


def movies(entry_id: str, *more: str) -> str:
    return "/".join(("/users/u1/movies", entry_id, *more))


def stats(client: TestClient, position: int) -> dict[str, Any]:
    return client.get("/users/u1/stats", params={"at_least": position}).json()


def undo(client: TestClient, cause: str) -> int:
    answer = client.post(f"/users/u1/imports/{cause}/undo")
    assert answer.status_code == 200, answer.text
    return answer.json()["undone"]


class TestChange:
    """PATCH says what an entry was in truth."""

    @pytest.mark.parametrize(
        ("field", "value", "shown"),
        [
            ("watched_date", "2024-03-02", "2024-03-02"),
            ("watched_date", None, None),
            ("rating", 2.5, 2.5),
            ("rating", None, None),
            ("liked", True, True),
            ("liked", None, None),
            ("tags", ["cinema", " cinema ", "Bert"], ["cinema", "Bert"]),
            ("tags", None, []),
            ("tags", [], []),
            ("review", "Two lines\r\nof it.", "Two lines\nof it."),
            ("review", " ", None),
            ("review", None, None),
            ("place", "Odeon", "Odeon"),
            ("place", None, None),
            ("company", "Bert", "Bert"),
        ],
    )
    def test_a_field_becomes_another(
        self, client: TestClient, add: Add, field: str, value: Any, shown: Any
    ) -> None:
        """That one alone; null is for none."""
        said = {"liked": False, "tags": ["x"], "review": "r", "place": "p", "company": "c"}
        before = add(rating=4, watched_date="2024-03-01", **said)["entry"]
        answer = client.patch(movies(before["entry_id"]), json={field: value})
        assert answer.status_code == 200, answer.text
        assert answer.json()["entry"] == {**before, field: shown}
        assert client.get(movies(before["entry_id"])).json() == answer.json()["entry"]

    def test_a_rewatch_is_said_or_follows_from_the_order(
        self, client: TestClient, add: Add
    ) -> None:
        """Null leaves it to the order again."""
        url = movies(add(watched_date="2024-03-01")["entry_id"])
        said = client.patch(url, json={"rewatch": True}).json()["entry"]
        assert (said["rewatch"], said["rewatch_from"]) == (True, "source")
        unsaid = client.patch(url, json={"rewatch": None}).json()["entry"]
        assert (unsaid["rewatch"], unsaid["rewatch_from"]) == (False, "order")

    def test_figures_follow(self, client: TestClient, add: Add) -> None:
        """Another day is another month, and the play counts once."""
        entry = add(rating=4, watched_date="2024-03-01")["entry_id"]
        body = {"watched_date": "2023-12-31", "rating": 3}
        answer = client.patch(movies(entry), json=body).json()
        figures = stats(client, answer["position"])
        assert figures["monthly_counts"] == {"2023": {"12": 1}}
        assert (figures["total_watched"], figures["sum_ratings"]) == (1, 3)

    def test_a_second_play_on_a_day_has_to_be_meant(self, client: TestClient, add: Add) -> None:
        """``again`` says that it is."""
        add(watched_date="2024-03-01")
        entry = add(watched_date="2024-03-02")["entry_id"]
        body = {"watched_date": "2024-03-01", "rating": 1}
        refused = client.patch(movies(entry), json=body)
        assert refused.status_code == 409
        assert client.get(movies(entry)).json()["rating"] is None
        assert client.patch(movies(entry), json={**body, "again": True}).status_code == 200

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "body"),
            ({"again": True}, "body"),
            ({"name": "Heat"}, "name"),
            ({"watched_date": "2999-01-01"}, "watched_date"),
            ({"watched_date": "1492-01-01"}, "watched_date"),
            ({"watched_date": "soon"}, "watched_date"),
            ({"rating": 4.3}, "rating"),
            ({"liked": "yes"}, "liked"),
            ({"rewatch": 1}, "rewatch"),
            ({"tags": "cinema"}, "tags"),
            ({"tags": ["a\x00b"]}, "tags"),
            ({"tags": [f"t{n}" for n in range(101)]}, "tags"),
            ({"review": "x" * 20_001}, "review"),
            ({"place": "two\nlines"}, "place"),
            ({"company": "x" * 201}, "company"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_a_wrong_field_is_named(
        self, client: TestClient, add: Add, body: dict[str, Any], field: str
    ) -> None:
        """422, and nothing is changed."""
        entry = add()["entry"]
        answer = client.patch(movies(entry["entry_id"]), json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        assert client.get(movies(entry["entry_id"])).json() == entry

    def test_nothing_new_is_no_event(self, client: TestClient, add: Add) -> None:
        """It is answered like any other."""
        added = add(rating=4, watched_date="2024-03-01", tags=["a"])
        body = {"rating": 4, "watched_date": "2024-03-01", "tags": ["a"]}
        answer = client.patch(movies(added["entry_id"]), json=body).json()
        assert (answer["position"], answer["entry"]) == (1, added["entry"])

    @pytest.mark.parametrize(
        "body", [{"liked": True}, {"rating": 3}, {"liked": True, "rating": 3}], ids=str
    )
    @pytest.mark.parametrize(
        "other",
        [{"liked": False}, {"rating": 2}, {"liked": True, "rating": 2}, {"place": "Odeon"}],
        ids=str,
    )
    def test_a_request_that_is_sent_again_is_one(
        self,
        client: TestClient,
        container: Container,
        add: Add,
        body: dict[str, Any],
        other: dict[str, Any],
    ) -> None:
        """It does not undo what came between; the key with another body is refused."""
        url = movies(add(rating=4)["entry_id"])
        first = client.patch(url, json=body, headers=KEY).json()
        client.patch(url, json={"liked": None, "rating": 1})
        tail = container.log().tail(0)
        assert client.patch(url, json=body, headers=KEY).json() == first
        assert client.patch(url, json=other, headers=KEY).status_code == 409
        assert container.log().tail(0) == tail
        client.delete(url)
        assert client.patch(url, json=body, headers=KEY).json() == first

    def test_an_entry_that_is_gone_is_none(self, client: TestClient, add: Add) -> None:
        """So is another user's."""
        entry = add()["entry_id"]
        assert (
            client.patch(f"/users/u2/movies/{entry}", json={"liked": True}).status_code == 404
        )
        client.delete(movies(entry))
        assert client.patch(movies(entry), json={"liked": True}).status_code == 404

    def test_what_changed_is_told(self, client: TestClient, add: Add) -> None:
        """In the history of the film and in the list of changes, field by field."""
        entry = add(watched_date="2024-03-01", tags=["a"])["entry_id"]
        client.patch(movies(entry), json={"watched_date": None, "tags": ["a", "b"]})
        changed = [
            {"field": "watched_date", "before": "2024-03-01", "after": None},
            {"field": "tags", "before": ["a"], "after": ["a", "b"]},
        ]
        history = client.get(movies(entry, "history")).json()["events"]
        assert [event["changed"] for event in history] == [[], changed]
        changes = client.get("/users/u1/changes?since=2020-01-01").json()
        assert changes["corrected"] == 1
        assert [(each["type"], each["changed"]) for each in changes["items"]] == [
            ("CORRECT", changed),
            ("ADD", []),
        ]


class TestAdd:
    """A play is added with all that is said of it."""

    def test_all_is_kept(self, client: TestClient, add: Add) -> None:
        """In the answer, and in the diary."""
        said = {
            "rewatch": True,
            "liked": False,
            "tags": ["a", "b"],
            "review": "Good.\nVery.",
            "place": "Odeon",
            "company": "Bert",
        }
        entry = add("Heat", ids={"imdb": "tt0113277", "tmdb": 949}, **said)["entry"]
        assert {name: entry[name] for name in said} == said
        assert entry["ids"]["tmdb"] == 949
        assert client.get(movies(entry["entry_id"])).json() == entry

    def test_ids_tell_films_of_one_title_apart(self, add: Add, container: Container) -> None:
        """The catalogue's film of the id is taken, whatever it is called."""
        container.catalogue().load([HEAT])
        entry = add("Hitze", ids={"imdb": "tt0113277"})["entry"]
        assert (entry["name"], entry["director"]) == ("Hitze", ["Michael Mann"])
        assert entry["film"] == {"title": "Heat", "year": 1995}

    def test_twice_on_one_day_is_meant_with_again(self, client: TestClient, add: Add) -> None:
        """Without it the second is refused."""
        first = add(watched_date="2024-03-01")
        second = add(watched_date="2024-03-01", again=True)
        assert first["entry_id"] != second["entry_id"]
        body = {"name": "Inception", "watched_date": "2024-03-01"}
        assert client.post("/users/u1/movies", json=body).status_code == 409

    def test_a_film_that_no_catalogue_knows_is_answered_again(self, client: TestClient) -> None:
        """The key makes it one request, whatever the catalogue knows by then."""
        body = {"name": "My Cat", "tags": ["home"], "ids": {"wikidata": "Q42"}}
        first = client.post("/users/u1/movies", json=body, headers=KEY)
        again = client.post("/users/u1/movies", json=body, headers=KEY)
        assert (again.status_code, again.json()) == (201, first.json())
        other = {**body, "tags": ["away"]}
        assert client.post("/users/u1/movies", json=other, headers=KEY).status_code == 409

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"ids": {"imdb": "113277"}}, "imdb"),
            ({"ids": {"tmdb": 0}}, "tmdb"),
            ({"ids": {"wikidata": "42"}}, "wikidata"),
            ({"ids": {"trakt": 1}}, "ids"),
            ({"again": "yes"}, "again"),
        ],
        ids=str,
    )
    def test_a_wrong_field_is_named(
        self, client: TestClient, body: dict[str, Any], field: str
    ) -> None:
        """422, and nothing is added."""
        answer = client.post("/users/u1/movies", json={"name": "Heat", **body})
        assert (answer.status_code, answer.json()["field"]) == (422, field)


class TestFilm:
    """Which film an entry is of is said by a person."""

    @pytest.fixture(autouse=True)
    def catalogue(self, container: Container) -> None:
        container.catalogue().load([HEAT])

    @pytest.mark.parametrize(
        "body", [{"ids": {"imdb": "tt0113277"}}, {"ref": "tt0113277"}], ids=["ids", "ref"]
    )
    def test_it_gets_the_films_credits_and_keeps_its_title(
        self, client: TestClient, add: Add, body: dict[str, Any]
    ) -> None:
        """The figures follow, and one id takes it back."""
        before = add("La sfida", year=1996)["entry"]
        answer = client.put(movies(before["entry_id"], "film"), json=body).json()
        entry = answer["entry"]
        assert (entry["name"], entry["director"]) == ("La sfida", ["Michael Mann"])
        assert entry["film"] == {"title": "Heat", "year": 1995}
        assert stats(client, answer["position"])["watch_time_minutes"] == 170
        past = client.get("/users/u1/imports").json()["items"]
        cause = next(each["import_id"] for each in past if "match" in each["import_id"])
        assert undo(client, cause) == 1
        assert client.get(movies(before["entry_id"])).json() == before

    def test_none_takes_back_what_a_catalogue_lent(self, client: TestClient, add: Add) -> None:
        """And so it stays: nobody asks again."""
        entry = add("Heat", year=1995)["entry_id"]
        url = movies(entry, "film")
        answer = client.put(url, json={"none": True}).json()["entry"]
        assert (answer["director"], answer["film"], answer["duration"]) == ([], None, None)
        assert client.put(url, json={"none": True}).json()["entry"] == answer
        assert client.post("/users/u1/enrich", json={}).json()["films"] == 0

    def test_none_keeps_what_the_source_said(self, client: TestClient, add: Add) -> None:
        """However often it is said."""
        entry = add("My Cat", director="Me")["entry_id"]
        for _ in range(2):
            answer = client.put(movies(entry, "film"), json={"none": True}).json()
            assert answer["entry"]["director"] == ["Me"]

    def test_an_id_that_the_catalogue_does_not_know_is_kept(
        self, client: TestClient, add: Add
    ) -> None:
        """For a source that does, until the person says that it is no film."""
        entry = add("My Cat")["entry_id"]
        body = {"ids": {"wikidata": "Q42"}}
        answer = client.put(movies(entry, "film"), json=body).json()
        assert answer["entry"]["ids"]["wikidata"] == "Q42"
        answer = client.put(movies(entry, "film"), json={"none": True}).json()
        assert answer["entry"]["ids"]["wikidata"] is None

    def test_a_ref_that_is_none_is_not_found(self, client: TestClient, add: Add) -> None:
        """404 that says so; another 404 for an entry that is none."""
        url = movies(add()["entry_id"], "film")
        answer = client.put(url, json={"ref": "alien|1979"})
        assert (answer.status_code, answer.json()["type"]) == (
            404,
            "urn:cinestats:film-not-found",
        )
        gone = client.put(movies("e9", "film"), json={"none": True})
        assert gone.json()["type"] == "urn:cinestats:entry-not-found"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"none": True, "ref": "tt0113277"},
            {"none": True, "ref": None},
            {"none": None},
            {"none": False},
            {"ref": ""},
            {"ids": {}},
            {"ids": {"imdb": None}},
            {"ids": {"imdb": "x"}},
        ],
        ids=str,
    )
    def test_exactly_one_film_is_said(
        self, client: TestClient, add: Add, body: dict[str, Any]
    ) -> None:
        """All else is refused."""
        url = movies(add()["entry_id"], "film")
        assert client.put(url, json=body).status_code in (404 if "ref" in body else 422, 422)

    @pytest.mark.parametrize(
        "body",
        [{"ref": "tt0113277"}, {"none": True}, {"ids": {"wikidata": "Q42"}}],
        ids=str,
    )
    def test_a_request_that_is_sent_again_is_one(
        self, client: TestClient, container: Container, add: Add, body: dict[str, Any]
    ) -> None:
        """Whatever film the entry is of by then, and if it is gone."""
        entry = add("Halloween", year=1978, director="Me")["entry_id"]
        url = movies(entry, "film")
        first = client.put(url, json=body, headers=KEY).json()
        client.put(url, json={"ref": "halloween|2018"})
        tail = container.log().tail(0)
        assert client.put(url, json=body, headers=KEY).json() == first
        other = {"ids": {"tmdb": 1}}
        assert client.put(url, json=other, headers=KEY).status_code == 409
        assert container.log().tail(0) == tail
        client.delete(movies(entry))
        assert client.put(url, json=body, headers=KEY).json() == first


class TestMany:
    """Many entries are changed alike, or deleted, in one request."""

    @pytest.fixture
    def three(self, add: Add) -> list[str]:
        return [
            add(f"Film {n}", watched_date=f"2024-03-0{n}", tags=[f"t{n}"])["entry_id"]
            for n in (1, 2, 3)
        ]

    def bulk(self, client: TestClient, **body: Any) -> dict[str, Any]:
        answer = client.post("/users/u1/movies/bulk", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def test_all_are_changed_and_one_id_undoes_it(
        self, client: TestClient, three: list[str]
    ) -> None:
        """Each keeps its own tags."""
        before = client.get("/users/u1/diary").json()
        change = {
            "rating": 4,
            "liked": True,
            "watched_date": None,
            "add_tags": ["cinema"],
            "remove_tags": ["t2"],
        }
        answer = self.bulk(client, entries=three, change=change)
        assert (answer["changed"], answer["failed"]) == (3, [])
        after = [client.get(movies(entry)).json() for entry in three]
        assert [each["tags"] for each in after] == [
            ["t1", "cinema"],
            ["cinema"],
            ["t3", "cinema"],
        ]
        assert {each["rating"] for each in after} == {4}
        assert stats(client, answer["position"])["monthly_counts"] == {}
        assert undo(client, answer["undo"]) == 6
        assert client.get("/users/u1/diary").json() == before

    def test_all_are_deleted_and_come_back(self, client: TestClient, three: list[str]) -> None:
        """As they were."""
        before = client.get("/users/u1/diary").json()
        answer = self.bulk(client, entries=three[:2], delete=True)
        assert answer["changed"] == 2
        assert client.get("/users/u1/diary").json()["total"] == 1
        undo(client, answer["undo"])
        assert client.get("/users/u1/diary").json() == before

    @pytest.mark.parametrize("body", [{"delete": True}, {"change": {"liked": True}}], ids=str)
    def test_one_that_is_gone_is_told_and_the_others_go_in(
        self, client: TestClient, three: list[str], body: dict[str, Any]
    ) -> None:
        """With the reason."""
        answer = self.bulk(client, entries=[*three, "e9"], **body)
        assert answer["changed"] == 3
        assert answer["failed"] == [
            {"entry_id": "e9", "reason": "The diary holds no entry e9."}
        ]

    def test_one_that_cannot_be_is_told(self, client: TestClient, add: Add) -> None:
        """Two plays of a film come to be on one day only where that is meant."""
        days = ["2024-03-01", "2024-03-02"]
        entries = [add(watched_date=day)["entry_id"] for day in days]
        change: dict[str, Any] = {"watched_date": "2024-03-03"}
        answer = self.bulk(client, entries=entries, change=change)
        assert (answer["changed"], [each["entry_id"] for each in answer["failed"]]) == (
            1,
            entries[1:],
        )
        answer = self.bulk(client, entries=entries, change={**change, "again": True})
        assert (answer["changed"], answer["failed"]) == (1, [])

    def test_nothing_changed_has_no_undo(self, client: TestClient, three: list[str]) -> None:
        """And the position is the present one."""
        answer = self.bulk(client, entries=three, change={"watched_date": None, "again": True})
        assert answer["changed"] == 3
        again = self.bulk(client, entries=three, change={"watched_date": None})
        assert again == {"changed": 0, "failed": [], "undo": None, "position": 6}

    def test_more_tags_than_an_entry_holds_are_refused(
        self, client: TestClient, three: list[str]
    ) -> None:
        """For those that would have more than 100."""
        tags = [f"x{n}" for n in range(100)]
        answer = self.bulk(client, entries=three, change={"add_tags": tags})
        assert answer["changed"] == 0
        assert {each["reason"] for each in answer["failed"]} == {
            "tags: holds 101 tags, more than 100"
        }

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"delete": True}, {"change": {"liked": True}}),
            ({"change": {"add_tags": ["a"]}}, {"delete": True}),
            ({"change": {"rating": 4, "add_tags": ["a"]}}, {"change": {"rating": 4}}),
        ],
        ids=str,
    )
    def test_a_request_that_is_sent_again_is_one(
        self,
        client: TestClient,
        container: Container,
        three: list[str],
        one: dict[str, Any],
        other: dict[str, Any],
    ) -> None:
        """It does not undo what came between; the key with another body is refused."""

        def send(**body: Any) -> Any:
            return client.post("/users/u1/movies/bulk", json=body, headers=KEY)

        first = send(entries=three, **one).json()
        assert first["changed"] == 3
        client.patch(movies(three[0]), json={"tags": None, "rating": 1})
        client.delete(movies(three[1]))
        tail = container.log().tail(0)
        assert send(entries=three, **one).json() == first
        assert send(entries=three, **other).status_code == 409
        assert send(entries=three[:2], **one).status_code == 409
        assert container.log().tail(0) == tail

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"entries": []},
            {"entries": ["e"]},
            {"entries": ["e"], "delete": False},
            {"entries": ["e"], "delete": True, "change": {"liked": True}},
            {"entries": ["e"], "change": {}},
            {"entries": ["e"], "change": {"again": True}},
            {"entries": ["e"], "change": {"tags": ["a"]}},
            {"entries": ["e"], "change": {"add_tags": None}},
            {"entries": ["e"] * 501, "delete": True},
            {"entries": "e", "delete": True},
        ],
        ids=lambda body: str(body)[:40],
    )
    def test_a_wrong_request_is_refused(self, client: TestClient, body: dict[str, Any]) -> None:
        """422 names the field."""
        answer = client.post("/users/u1/movies/bulk", json=body)
        assert answer.status_code == 422
        assert answer.json()["field"]


IMPORTED = """Title,Year,WatchedDate
Halloween,,2024-03-01
Halloween,,2024-03-02
Inception,2011,2024-03-03
"""


class TestReview:
    """Films that nobody is sure of are listed, and decided many at once."""

    @pytest.fixture(autouse=True)
    def imported(self, client: TestClient) -> None:
        answer = client.post("/users/u1/imports", content=IMPORTED)
        assert answer.json()["suggested"] == 3

    def review(self, client: TestClient, **query: Any) -> dict[str, Any]:
        return client.get("/users/u1/review", params=query).json()

    def test_doubts_are_listed_with_their_candidates(self, client: TestClient) -> None:
        """A film once, with all its plays."""
        review = self.review(client)
        assert (review["total"], review["next_cursor"]) == (2, None)
        halloween, inception = review["items"]
        assert (halloween["why"], len(halloween["entries"])) == ("suggestion", 2)
        assert {each["year"] for each in halloween["candidates"]} == {1978, 2018}
        assert inception["candidates"][0]["directors"] == ["Christopher Nolan"]

    def test_doubts_come_in_pages(self, client: TestClient) -> None:
        """Each once."""
        first = self.review(client, limit=1)
        second = self.review(client, limit=1, cursor=first["next_cursor"])
        assert second["next_cursor"] is None
        assert [*first["items"], *second["items"]] == self.review(client)["items"]

    def decisions(self, client: TestClient) -> list[dict[str, Any]]:
        halloween, inception = (
            [entry["entry_id"] for entry in item["entries"]]
            for item in self.review(client)["items"]
        )
        return [
            {"entries": halloween, "ref": "halloween|1978"},
            {"entries": inception, "none": True},
        ]

    def test_decisions_go_in_and_one_id_undoes_them(self, client: TestClient) -> None:
        """What is decided is asked no more, until it is undone."""
        before = self.review(client)
        body = {"decisions": self.decisions(client)}
        answer = client.post("/users/u1/review", json=body).json()
        assert (answer["changed"], answer["failed"]) == (3, [])
        assert self.review(client)["total"] == 0
        directors = client.get("/users/u1/affinities", params={"type": "director"}).json()
        assert [each["name"] for each in directors["items"]] == ["John Carpenter"]
        assert undo(client, answer["undo"]) == 3
        assert self.review(client) == before

    def test_one_that_cannot_be_is_told_and_the_others_go_in(self, client: TestClient) -> None:
        """An entry that is gone, and a film that the catalogue has not."""
        one, other = self.decisions(client)
        other = {"entries": other["entries"], "ref": "alien|1979"}
        gone = {"entries": ["e9"], "none": True}
        answer = client.post("/users/u1/review", json={"decisions": [one, other, gone]}).json()
        assert answer["changed"] == 2
        assert answer["failed"] == [
            {
                "entry_id": other["entries"][0],
                "reason": "The catalogue has no film alien|1979.",
            },
            {"entry_id": "e9", "reason": "The diary holds no entry e9."},
        ]

    def test_a_request_that_is_sent_again_is_one(
        self, client: TestClient, container: Container
    ) -> None:
        """Whatever became of the entries; the key with another body is refused."""
        decisions = self.decisions(client)
        body = {"decisions": decisions}
        first = client.post("/users/u1/review", json=body, headers=KEY).json()
        client.delete(movies(decisions[0]["entries"][0]))
        client.put(movies(decisions[1]["entries"][0], "film"), json={"ref": "inception|2010"})
        tail = container.log().tail(0)
        assert client.post("/users/u1/review", json=body, headers=KEY).json() == first
        other = {"decisions": decisions[:1]}
        assert client.post("/users/u1/review", json=other, headers=KEY).status_code == 409
        assert container.log().tail(0) == tail

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"decisions": []},
            {"decisions": [{"entries": ["e"]}]},
            {"decisions": [{"entries": [], "none": True}]},
            {"decisions": [{"entries": ["e"], "none": True, "ref": "r"}]},
            {"decisions": [{"entries": ["e", "e"], "none": True}]},
            {"decisions": [{"entries": ["e"], "none": True}] * 2},
            {"decisions": [{"entries": [f"e{n}" for n in range(300)], "none": True}] * 2},
        ],
        ids=lambda body: str(body)[:60],
    )
    def test_a_wrong_request_is_refused(self, client: TestClient, body: dict[str, Any]) -> None:
        """422 names the field."""
        answer = client.post("/users/u1/review", json=body)
        assert (answer.status_code, answer.json()["field"]) in (
            (422, "decisions"),
            (422, "film"),
        )


class TestDuplicates:
    """Plays of one film on one day are offered, and made one."""

    @pytest.fixture
    def two(self, add: Add) -> tuple[str, str]:
        one = add(watched_date="2024-03-01", tags=["a"])["entry_id"]
        other = add(watched_date="2024-03-01", again=True, rating=4, tags=["b"])["entry_id"]
        add(watched_date="2024-03-02")
        return one, other

    def test_they_are_listed(self, client: TestClient, two: tuple[str, str]) -> None:
        """Once for each day."""
        found = client.get("/users/u1/duplicates").json()
        assert found["total"] == 1
        (item,) = found["items"]
        assert [each["entry_id"] for each in item["entries"]] == list(two)

    def test_two_are_made_one_and_again_two(
        self, client: TestClient, two: tuple[str, str]
    ) -> None:
        """The one that is kept takes over what it lacks."""
        keep, drop = two
        before = client.get("/users/u1/diary").json()
        body = {"keep": keep, "drop": drop}
        answer = client.post("/users/u1/duplicates/merge", json=body).json()
        assert (answer["entry"]["tags"], answer["entry"]["rating"]) == (["a", "b"], 4)
        assert stats(client, answer["position"])["total_watched"] == 2
        assert client.get("/users/u1/duplicates").json() == {"items": [], "total": 0}
        assert client.get(movies(keep)).json() == answer["entry"]
        undo(client, answer["undo"])
        after = client.get("/users/u1/diary").json()
        assert after == before

    def test_a_request_that_is_sent_again_is_one(
        self, client: TestClient, container: Container, two: tuple[str, str]
    ) -> None:
        """Though one of the two is gone; the key with another body is refused."""
        keep, drop = two

        def send(**body: str) -> Any:
            return client.post("/users/u1/duplicates/merge", json=body, headers=KEY)

        first = send(keep=keep, drop=drop).json()
        client.patch(movies(keep), json={"tags": None})
        tail = container.log().tail(0)
        assert send(keep=keep, drop=drop).json() == first
        assert send(keep=drop, drop=keep).status_code == 409
        assert container.log().tail(0) == tail

    def test_two_are_kept_and_listed_again(
        self, client: TestClient, add: Add, two: tuple[str, str]
    ) -> None:
        """Until an undo, or until there is one more; the same request is one."""
        url, body = "/users/u1/duplicates/keep", {"entries": [*two, "gone"]}
        before = client.get("/users/u1/diary").json()
        kept = client.post(url, json=body, headers=KEY).json()
        assert (kept["changed"], [each["entry_id"] for each in kept["failed"]]) == (2, ["gone"])
        assert client.post(url, json=body, headers=KEY).json() == kept
        assert client.get("/users/u1/duplicates").json() == {"items": [], "total": 0}
        assert client.get("/users/u1/diary").json()["items"] == before["items"]
        third = add(watched_date="2024-03-01", again=True)["entry_id"]
        (item,) = client.get("/users/u1/duplicates").json()["items"]
        assert [each["entry_id"] for each in item["entries"]] == [*two, third]
        client.delete(movies(third))
        assert client.get("/users/u1/duplicates").json()["total"] == 0
        undo(client, kept["undo"])
        assert client.get("/users/u1/duplicates").json()["total"] == 1

    def test_one_alone_is_not_merged(self, client: TestClient, two: tuple[str, str]) -> None:
        """Neither with itself nor with one that is none."""
        for drop, status in ((two[0], 422), ("e9", 404)):
            body = {"keep": two[0], "drop": drop}
            assert client.post("/users/u1/duplicates/merge", json=body).status_code == status


class TestEnrich:
    """What the catalogue knows by now is added to the films that lack it."""

    def test_films_are_completed_and_one_id_undoes_it(
        self, client: TestClient, container: Container, add: Add
    ) -> None:
        """Each film counts once, however many plays it has."""
        for day in ("2024-03-01", "2024-03-02"):
            add("Heat", year=1995, watched_date=day)
        add("My Cat")
        before = client.get("/users/u1/diary").json()
        container.catalogue().load([HEAT])
        tried = client.post("/users/u1/enrich", json={"dry_run": True}).json()
        assert (tried["completed"], tried["undo"], tried["position"]) == (1, None, 3)
        answer = client.post("/users/u1/enrich", json={"source": "catalogue"}).json()
        counts = ("films", "completed", "ambiguous", "not_found", "failed", "requests")
        assert [answer[each] for each in counts] == [2, 1, 0, 1, 0, 0]
        assert stats(client, answer["position"])["watch_time_minutes"] == 340
        again = client.post("/users/u1/enrich", json={}).json()
        assert (again["completed"], again["undo"]) == (0, None)
        assert undo(client, answer["undo"]) == 2
        after = client.get("/users/u1/diary").json()["items"]
        assert [each["director"] for each in after] == [
            each["director"] for each in before["items"]
        ]

    def test_a_source_that_is_none_is_refused(self, client: TestClient) -> None:
        """422 names the field."""
        answer = client.post("/users/u1/enrich", json={"source": "hearsay"})
        assert (answer.status_code, answer.json()["field"]) == (422, "source")


class TestMirror:
    """A file is mirrored: what it lacks of its earlier imports is deleted."""

    ROWS = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"

    def send(self, client: TestClient, count: int, **query: Any) -> Any:
        rows = "".join(
            f"2024-03-0{n},Film {n},2000,https://boxd.it/{n}ab,,,,2024-03-0{n}\n"
            for n in range(1, count + 1)
        )
        return client.post(
            "/users/u1/imports",
            content=self.ROWS + rows,
            params={"filename": "diary.csv", **query},
        )

    def test_a_few_are_deleted(self, client: TestClient) -> None:
        """And come back when it is undone."""
        self.send(client, 6)
        assert self.send(client, 5).json()["missing"] == 1
        mirrored = self.send(client, 5, mirror=True).json()
        assert mirrored["missing"] == 1
        assert client.get("/users/u1/diary").json()["total"] == 5
        assert undo(client, mirrored["import_id"]) == 1
        assert client.get("/users/u1/diary").json()["total"] == 6

    def test_many_have_to_be_confirmed(self, client: TestClient, container: Container) -> None:
        """Before that nothing is recorded, not even what is new."""
        self.send(client, 6)
        refused = self.send(client, 4, mirror=True)
        assert (refused.status_code, refused.json()["type"]) == (
            409,
            "urn:cinestats:mirror-unconfirmed",
        )
        assert "lacks 2 of the 6 plays" in refused.json()["detail"]
        assert container.log().tail(0) == 6
        assert self.send(client, 4, mirror=True, dry_run=True).json()["missing"] == 2
        assert self.send(client, 4, mirror=True, confirmed=True).status_code == 200
        assert client.get("/users/u1/diary").json()["total"] == 4


def test_every_event_of_a_correction_is_one_that_a_topic_carries(
    client: TestClient, container: Container, add: Add
) -> None:
    """Whatever a request may say of a play is read back from the log as it is."""
    entry = add(tags=["a"], review="x\ny")["entry_id"]
    client.patch(movies(entry), json={"watched_date": None, "liked": True, "rating": 2})
    kinds = [r.event.names.verb for r in container.log().of_user("u1") if r.event]
    assert kinds == ["ADD", "CORRECT", "UPDATE_RATING"]
    assert all(encode(r.event) for r in container.log().of_user("u1") if r.event)
