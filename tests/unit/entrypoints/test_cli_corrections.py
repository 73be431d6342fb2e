"""Putting a diary right on the command line: by hand, from the catalogue, one or many."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cinestats.entrypoints import terminal
from cinestats.entrypoints.cli.app import app

pytestmark = pytest.mark.slow

Run = Callable[..., Result]

CATALOGUE = """title,year,directors,genres,duration,imdb_id,tmdb_id
Circle,2015,Aaron Hann|Mario Miscione,Drama,87,tt3118452,
The Circle,2017,James Ponsoldt,Thriller,110,tt4287320,339988
Whiplash,2014,Damien Chazelle,Drama,106,tt2582802,
Spiral,2018,Kurtis David Harder,Horror,90,,
"""
DIARY = """Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Circle,,https://boxd.it/a,5,Yes,"cinema, imax",2025-01-20
2025-02-03,Circle,,https://boxd.it/b,4.5,,,2025-02-01
2025-02-04,Whiplash,2013,https://boxd.it/c,,,,2025-02-02
2025-02-05,Spiral,2018,https://boxd.it/d,3,,,2025-02-03
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program; asserts the exit code, 0 unless another is given."""
    runner = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "120"})

    def run(*arguments: str, code: int = 0, input: str | None = None) -> Result:
        result = runner.invoke(app, arguments, input=input, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def loaded(run: Run, tmp_path: Path) -> Run:
    """The program with the films."""
    (tmp_path / "films.csv").write_text(CATALOGUE)
    run("catalog", "load", str(tmp_path / "films.csv"), "--replace")
    return run


@pytest.fixture
def kept(loaded: Run, tmp_path: Path) -> Iterator[Run]:
    """The program with the films and the diary of ``u``; in the end every figure is exact."""
    (tmp_path / "diary.csv").write_text(DIARY)
    loaded("import", "u", str(tmp_path / "diary.csv"))
    yield loaded
    loaded("verify")


def answer(result: Result) -> Any:
    return json.loads(result.stdout)


def diary(run: Run) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = answer(run("diary", "u", "--json"))
    return entries


def entry(run: Run, name: str, day: str | None = None) -> dict[str, Any]:
    (found,) = (
        each
        for each in diary(run)
        if each["name"] == name and day in (None, each["watched_date"])
    )
    return found


class TestEdit:
    """What is said of a play is corrected."""

    @pytest.mark.parametrize(
        ("options", "changed"),
        [
            (["--watched", "2025-01-19"], {"watched_date": "2025-01-19"}),
            (["--watched", "unknown"], {"watched_date": None}),
            (["--rewatch", "yes"], {"rewatch": True, "rewatch_from": "source"}),
            (["--rewatch", "unknown"], {"rewatch_from": "order"}),
            (["--liked", "yes"], {"liked": True}),
            (["--tag", "a", "--tag", "b"], {"tags": ["a", "b"]}),
            (["--add-tag", "a", "--add-tag", "a"], {"tags": ["a"]}),
            (["--review", "Good.\n\nTwice."], {"review": "Good.\n\nTwice."}),
            (["--place", "Odeon", "--company", "Bert"], {"place": "Odeon", "company": "Bert"}),
        ],
    )
    def test_a_field_is_changed_and_taken_back(
        self, kept: Run, options: list[str], changed: dict[str, Any]
    ) -> None:
        """The answer is the entry as it is now; undo gives it back as it was."""
        before = entry(kept, "Spiral")
        result = kept("edit", "u", before["entry_id"], *options, "--json")
        assert answer(result) == entry(kept, "Spiral") == {**before, **changed}
        assert result.stderr.startswith("cinestats undo u edit:")
        kept(*result.stderr.split()[1:4])
        assert entry(kept, "Spiral") == before

    def test_tags_are_added_and_removed_and_given_anew(self, kept: Run) -> None:
        """What is not named stays."""
        entry_id = entry(kept, "Circle", "2025-01-20")["entry_id"]
        for options, tags in (
            (["--remove-tag", "cinema"], ["imax"]),
            (["--add-tag", "x", "--remove-tag", "imax"], ["x"]),
            (["--tag", "a", "--add-tag", "b"], ["a", "b"]),
            (["--tag", ""], []),
        ):
            kept("edit", "u", entry_id, *options)
            assert entry(kept, "Circle", "2025-01-20")["tags"] == tags

    def test_it_says_what_changed(self, kept: Run) -> None:
        """Field by field, before and after."""
        entry_id = entry(kept, "Circle", "2025-01-20")["entry_id"]
        result = kept(
            *("edit", "u", entry_id, "--watched", "2025-01-19", "--remove-tag", "imax"),
            *("--liked", "yes", "--review", "x" * 100),
        )
        assert result.stdout.splitlines() == [
            "Corrected Circle of 2025-01-20:",
            "  liked: unknown → yes",
            "  tags: cinema, imax → cinema",
            f"  review: none → {'x' * 59}…",
            "  watched: 2025-01-20 → 2025-01-19",
        ]
        again = kept("edit", "u", entry_id, "--liked", "yes")
        assert again.stdout == "Circle of 2025-01-19 is as it was.\n"
        assert again.stderr == ""

    def test_a_day_that_the_film_has_already_needs_again(self, kept: Run) -> None:
        """Nothing is merged by mistake."""
        entry_id = entry(kept, "Circle", "2025-01-20")["entry_id"]
        arguments = "edit", "u", entry_id, "--watched", "2025-02-01"
        assert "already in the diary" in kept(*arguments, code=2).stderr
        kept(*arguments, "--again")
        assert [each["watched_date"] for each in diary(kept)].count("2025-02-01") == 2

    @pytest.mark.parametrize(
        "options",
        [
            [],
            ["--watched", "2999-01-01"],
            ["--watched", "soon"],
            ["--rewatch", "maybe"],
            ["--add-tag", " "],
            ["--tag", "x" * 300],
            ["--place", "a\x1b[2J"],
            ["--review", "x" * 30_000],
            [f"--add-tag={n}" for n in range(200)],
        ],
        ids=lambda options: " ".join(options)[:30],
    )
    def test_what_cannot_be_is_refused(self, kept: Run, options: list[str]) -> None:
        """In one sentence, with nothing stored."""
        before = entry(kept, "Spiral")
        result = kept("edit", "u", before["entry_id"], *options, code=2)
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert entry(kept, "Spiral") == before


class TestEntry:
    """An entry is named by its id, or by what begins it."""

    def test_the_shown_ids_name_each_entry(self, kept: Run) -> None:
        """As short as they can be; hand-made ids begin alike."""
        for title in ("Whiplash", "Circle"):
            kept("add", "u", title, "--year", "2014", "--watched", "2024-01-01")
        shown = [line.split() for line in kept("diary", "u", "--ids").stdout.splitlines()[3:]]
        ids = [words[0] for words in shown if words and words[0] != "?"]
        entries = {each["entry_id"] for each in diary(kept)}
        assert len(ids) == len(entries) == 6
        for short in ids:
            assert len(short) >= 6
            assert sum(entry_id.startswith(short) for entry_id in entries) == 1
            kept("rate", "u", "3", "--entry", short)
        assert {each["rating"] for each in diary(kept)} == {3}

    def test_an_id_that_is_not_there_too_short_or_of_several_is_told(self, kept: Run) -> None:
        """The entries that it may be are named."""
        assert "no entry nothing" in kept("edit", "u", "nothing", "--liked=yes", code=1).stderr
        assert "at least 6" in kept("edit", "u", "01a", "--liked=yes", code=1).stderr
        for title in ("Whiplash", "Circle"):
            kept("add", "v", title, "--year", "2014")
        first, second = (each["entry_id"] for each in answer(kept("diary", "v", "--json")))
        result = kept("edit", "v", first[:6], "--liked=yes", code=2)
        assert first in result.stderr
        assert second in result.stderr

    def test_a_play_is_rated_and_deleted_by_its_entry(self, kept: Run) -> None:
        """TITLE is left out then."""
        entry_id = entry(kept, "Whiplash")["entry_id"]
        assert "is now rated 2" in kept("rate", "u", "2", "--entry", entry_id).stdout
        assert "Deleted Whiplash (2013)" in kept("delete", "u", "--entry", entry_id).stdout
        assert "Whiplash" not in {each["name"] for each in diary(kept)}

    def test_a_title_of_several_plays_of_a_day_asks_for_the_entry(self, kept: Run) -> None:
        """Nothing is rated or deleted by chance."""
        for _ in range(2):
            kept("add", "v", "Whiplash", "--again", "--watched", "2025-01-01")
        for arguments in (["rate", "v", "Whiplash", "3"], ["delete", "v", "Whiplash"]):
            result = kept(*arguments, code=2)
            assert "2 times" in result.stderr
            assert "--entry" in result.stderr
            for each in answer(kept("diary", "v", "--json")):
                assert each["entry_id"] in result.stderr

    @pytest.mark.parametrize(
        "arguments",
        [
            ["rate", "u"],
            ["rate", "u", "Spiral"],
            ["rate", "u", "Spiral", "3", "--entry", "abcdef"],
            ["delete", "u"],
            ["delete", "u", "Spiral", "--entry", "abcdef"],
            ["delete", "u", "--entry", "abcdef", "--watched", "2025-01-01"],
            ["add", "u"],
        ],
    )
    def test_what_is_meant_must_be_clear(self, kept: Run, arguments: list[str]) -> None:
        """Exit code 2 and one sentence."""
        result = kept(*arguments, code=2)
        assert result.stderr.count("\n") == 1
        assert len(diary(kept)) == 4


class TestMatch:
    """A person says which film it is."""

    @pytest.mark.parametrize(
        "option",
        [
            ["--imdb", "tt4287320"],
            ["--tmdb", "339988"],
            ["--catalogue", "the circle|2017"],
        ],
    )
    def test_the_film_is_changed_and_the_title_stays(
        self, kept: Run, option: list[str]
    ) -> None:
        """The credits are those of the film, and count at once."""
        before = entry(kept, "Circle", "2025-01-20")
        result = kept("match", "u", before["entry_id"], *option)
        after = entry(kept, "Circle", "2025-01-20")
        assert after["film"] == {"title": "The Circle", "year": 2017}
        assert (after["director"], after["duration"]) == (["James Ponsoldt"], 110)
        assert after["suggestion"] is None
        assert "  film: none of the catalogue → The Circle (2017)" in result.stdout
        (ponsoldt,) = answer(kept("affinities", "u", "director", "--limit", "1", "--json"))
        assert ponsoldt["count"] == 1
        kept(*result.stderr.split()[1:4])
        assert entry(kept, "Circle", "2025-01-20") == before

    def test_a_suggestion_is_taken_by_its_number_or_its_ref(self, kept: Run) -> None:
        """As review counts them."""
        before = entry(kept, "Circle", "2025-01-20")
        film = before["suggestion"][0]
        for option in ("1", film["ref"]):
            kept("match", "u", before["entry_id"], "--catalogue", option)
            assert entry(kept, "Circle", "2025-01-20")["director"] == film["directors"]
            kept("undo", "u")
        assert (
            "no suggestion 0"
            in kept("match", "u", before["entry_id"], "--catalogue", "0", code=1).stderr
        )
        assert (
            "no suggestion 99"
            in kept("match", "u", before["entry_id"], "--catalogue", "99", code=1).stderr
        )

    def test_it_is_none_of_them(self, kept: Run) -> None:
        """Nobody asks again."""
        before = entry(kept, "Whiplash")
        assert before["suggestion"]
        result = kept("match", "u", before["entry_id"], "--none")
        assert "film: nobody asks any more" in result.stdout
        assert entry(kept, "Whiplash") == {**before, "suggestion": None}

    def test_an_id_that_the_catalogue_does_not_know_is_kept(self, kept: Run) -> None:
        """For a source that does."""
        entry_id = entry(kept, "Whiplash")["entry_id"]
        kept("match", "u", entry_id, "--imdb", "tt2654430")
        assert entry(kept, "Whiplash")["ids"]["imdb"] == "tt2654430"

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ([], 2),
            (["--none", "--imdb", "tt4287320"], 2),
            (["--tmdb", "1", "--imdb", "tt4287320"], 2),
            (["--imdb", "4287320"], 2),
            (["--tmdb", "0"], 2),
            (["--tmdb", "x"], 2),
            (["--catalogue", "no such film|1999"], 1),
        ],
    )
    def test_what_cannot_be_is_refused(self, kept: Run, options: list[str], code: int) -> None:
        """One of the four, and a film that is there."""
        before = entry(kept, "Whiplash")
        result = kept("match", "u", before["entry_id"], *options, code=code)
        assert result.stderr.count("\n") == 1
        assert entry(kept, "Whiplash") == before


class TestReview:
    """The films that nobody is sure of."""

    def test_without_a_terminal_they_are_listed(self, kept: Run) -> None:
        """A film once, with all that it may be and what names its entries."""
        result = kept("review", "u")
        lines = result.stdout.splitlines()
        assert lines[0].startswith(
            "Circle, 2 plays may be Circle (2015), Aaron Hann, Mario Miscione, 87 min [1]"
        )
        assert (
            "Whiplash (2013) may be Whiplash (2014), Damien Chazelle, 106 min [1]" in lines[-1]
        )
        short = lines[-1].split()[-1]
        assert entry(kept, "Whiplash")["entry_id"].startswith(short)
        assert "cinestats review u" in result.stderr

    def test_in_json_they_are_documents(self, kept: Run) -> None:
        """The entries as diary has them."""
        circle, whiplash = answer(kept("review", "u", "--json"))
        assert list(circle) == ["why", "entries", "candidates"]
        assert circle["why"] == whiplash["why"] == "suggestion"
        assert whiplash["entries"] == [entry(kept, "Whiplash")]
        assert whiplash["candidates"] == entry(kept, "Whiplash")["suggestion"]
        assert [each["watched_date"] for each in circle["entries"]] == [
            "2025-01-20",
            "2025-02-01",
        ]

    def test_those_of_exactly_the_title_are_taken_at_once(self, kept: Run) -> None:
        """Where the file has no year; one undo takes them back."""
        before = diary(kept)
        result = kept("review", "u", "--accept-all")
        assert result.stdout == "1 film left to look at.\n"
        for day in ("2025-01-20", "2025-02-01"):
            assert entry(kept, "Circle", day)["film"] == {"title": "Circle", "year": 2015}
        (left,) = answer(kept("review", "u", "--accept-all-exact", "--json"))
        assert left["entries"][0]["name"] == "Whiplash"
        assert "Took back 2 changes" in kept("undo", "u").stdout
        assert diary(kept) == before

    @pytest.mark.parametrize(
        ("keys", "decided", "left"),
        [
            ("yn", 2, 0),
            ("x?1n", 2, 0),
            ("q", 0, 2),
            ("sq", 0, 2),
            ("ss", 0, 2),
            ("nq", 1, 1),
            ("YS", 1, 1),
        ],
    )
    def test_on_a_terminal_a_key_decides_on_each(
        self, kept: Run, monkeypatch: pytest.MonkeyPatch, keys: str, decided: int, left: int
    ) -> None:
        """Other keys do nothing; each decision can be undone by itself."""
        before = diary(kept)
        typed = iter(keys)
        monkeypatch.setattr(terminal, "can_ask", lambda: True)
        monkeypatch.setattr(typer, "getchar", lambda: next(typed))
        shown = kept("review", "u").stdout
        assert next(typed, None) is None
        assert f"Decided on {decided} film" in shown
        assert f"{left} left" in shown
        assert len(answer(kept("review", "u", "--json"))) == left
        for _ in range(decided):
            kept("undo", "u")
        assert diary(kept) == before

    def test_a_diary_without_doubts_says_so(self, loaded: Run) -> None:
        """And is an empty list."""
        assert "nothing to look at" in loaded("review", "nobody").stdout
        assert answer(loaded("review", "nobody", "--json")) == []


class TestDuplicates:
    """Plays that stand twice are listed and made one."""

    @pytest.fixture
    def twice(self, kept: Run) -> tuple[Run, str, str]:
        """A play of the import, and the same one by hand."""
        kept(
            *("add", "u", "Spiral", "--year", "2018", "--watched", "2025-02-03"),
            *("--again", "--tag", "mine"),
        )
        first, second = (each for each in diary(kept) if each["name"] == "Spiral")
        keep, drop = sorted((first, second), key=lambda each: each["source"] is None)
        return kept, keep["entry_id"], drop["entry_id"]

    def test_they_are_listed_with_their_ids(self, twice: tuple[Run, str, str]) -> None:
        """And where each comes from."""
        run, keep, drop = twice
        result = run("duplicates", "u")
        for text in (keep, drop, "letterboxd", "by hand"):
            assert text in result.stdout
        assert "cinestats merge u KEEP DROP" in result.stderr
        (found,) = answer(run("duplicates", "u", "--json"))
        assert {each["entry_id"] for each in found["entries"]} == {keep, drop}
        assert answer(run("duplicates", "nobody", "--json")) == []
        assert "No play stands twice" in run("duplicates", "nobody").stdout

    def test_two_are_kept_and_asked_about_again(self, twice: tuple[Run, str, str]) -> None:
        """Nobody is asked again, until an undo."""
        run, *both = twice
        before = diary(run)
        result = run("duplicates", "u", "--keep", both[0], both[1][:8])
        assert result.stdout == "2 plays of u will not be asked about again.\n"
        assert "takes it back" in result.stderr
        assert answer(run("duplicates", "u", "--json")) == []
        assert diary(run) == before
        assert answer(run("duplicates", "u", "--keep", *both, "--json")) == {
            "changed": 0,
            "undo": None,
        }
        run("undo", "u")
        (found,) = answer(run("duplicates", "u", "--json"))
        assert {each["entry_id"] for each in found["entries"]} == set(both)

    @pytest.mark.parametrize("words", [["--keep"], ["e1", "e2"]])
    def test_who_keeps_plays_names_them(
        self, twice: tuple[Run, str, str], words: list[str]
    ) -> None:
        """Neither the option alone nor entries alone say anything."""
        assert "behind --keep" in twice[0]("duplicates", "u", *words, code=2).stderr

    def test_two_are_made_one_and_again_two(self, twice: tuple[Run, str, str]) -> None:
        """The one that is kept takes over what it lacks."""
        run, keep, drop = twice
        before = diary(run)
        result = run("merge", "u", keep[:8], drop)
        assert "Deleted the second entry of Spiral (2018) of 2025-02-03." in result.stdout
        assert "  tags: none → mine" in result.stdout
        (spiral,) = (each for each in diary(run) if each["name"] == "Spiral")
        assert (spiral["entry_id"], spiral["tags"], spiral["rating"]) == (keep, ["mine"], 3)
        run(*result.stderr.split()[1:4])
        assert sorted(diary(run), key=str) == sorted(before, key=str)
        assert answer(run("merge", "u", keep, drop, "--json"))["tags"] == ["mine"]

    def test_what_cannot_be_merged_is_refused(self, twice: tuple[Run, str, str]) -> None:
        """An entry with itself, or with none."""
        run, keep, _ = twice
        run("merge", "u", keep, keep, code=2)
        run("merge", "u", keep, "nothing", code=1)
        assert len(diary(run)) == 5


class TestEnrich:
    """A diary is completed from the catalogue that came later."""

    @pytest.fixture
    def films(self, run: Run, tmp_path: Path) -> tuple[Run, str]:
        """A diary that was imported before the films were there."""
        (tmp_path / "diary.csv").write_text(DIARY)
        (tmp_path / "films.csv").write_text(CATALOGUE)
        for user in ("u", "v"):
            run("import", user, str(tmp_path / "diary.csv"))
        return run, str(tmp_path / "films.csv")

    def test_a_load_offers_it_and_enrich_does_it(self, films: tuple[Run, str]) -> None:
        """The JSON has the six numbers; a second run has nothing to complete."""
        run, file = films
        shown = run("catalog", "load", file).stdout
        assert "2 films of the diaries can be completed now: cinestats enrich --all" in shown
        dry = answer(run("enrich", "u", "--dry-run", "--json"))
        assert dry == {
            "films": 3,
            "completed": 1,
            "ambiguous": 2,
            "not_found": 0,
            "failed": 0,
            "requests": 0,
        }
        assert entry(run, "Spiral")["director"] == []
        assert answer(run("enrich", "u", "--source", "catalogue", "--json")) == dry
        assert entry(run, "Spiral")["director"] == ["Kurtis David Harder"]
        again = answer(run("enrich", "u", "--json"))
        assert (again["completed"], again["films"]) == (0, 2)
        run("verify")

    def test_all_diaries_are_completed_and_taken_back(self, films: tuple[Run, str]) -> None:
        """A line for each user, the sums in JSON."""
        run, file = films
        run("catalog", "load", file)
        total = answer(run("enrich", "--all", "--dry-run", "--json"))
        assert (total["films"], total["completed"], total["ambiguous"]) == (6, 2, 4)
        result = run("enrich", "--all")
        assert result.stdout.splitlines() == [
            f"{user}: 1 of 3 films completed, 2 may be several films." for user in ("u", "v")
        ]
        for line in result.stderr.splitlines():
            run(*line.split()[1:4])
        assert entry(run, "Spiral")["director"] == []
        run("verify")

    def test_a_load_can_do_it(self, films: tuple[Run, str]) -> None:
        """In one go."""
        run, file = films
        loaded = answer(run("catalog", "load", file, "--enrich", "--json"))
        assert loaded["enrich"]["completed"] == 2
        assert entry(run, "Spiral")["duration"] == 90
        result = run("catalog", "load", file, "--enrich")
        assert "Completed 0 films of the diaries." in result.stdout

    def test_what_is_there_is_replaced_on_demand(self, loaded: Run, tmp_path: Path) -> None:
        """Not otherwise."""
        loaded("add", "u", "Spiral", "--year", "2018", "--director", "Me")
        assert answer(loaded("enrich", "u", "--json"))["completed"] == 0
        loaded("enrich", "u", "--refresh")
        assert entry(loaded, "Spiral")["director"] == ["Kurtis David Harder"]

    def test_a_diary_that_lacks_nothing_says_so(self, loaded: Run) -> None:
        """As does a house without any."""
        assert "no film can be completed" in loaded("enrich", "nobody").stdout
        assert "no diary yet" in loaded("enrich", "--all").stdout
        assert set(answer(loaded("enrich", "--all", "--json")).values()) == {0}

    @pytest.mark.parametrize("arguments", [[], ["u", "--all"], ["u", "--source", "paper"]])
    def test_whose_diary_and_from_where_must_be_clear(
        self, run: Run, arguments: list[str]
    ) -> None:
        """Exit code 2 and one sentence."""
        assert run("enrich", *arguments, code=2).stderr.count("\n") == 1


class TestAdd:
    """A film is added by its id, a second time, and with what is said of it."""

    def test_an_id_that_the_catalogue_knows_is_enough(self, loaded: Run) -> None:
        """The title is the catalogue's."""
        shown = loaded("add", "u", "--imdb", "tt4287320").stdout
        assert shown.startswith("Added The Circle (2017), watched on")
        (added,) = diary(loaded)
        assert added["director"] == ["James Ponsoldt"]
        assert added["ids"]["tmdb"] == 339988
        loaded("add", "v", "--tmdb", "339988")

    def test_a_title_that_is_given_stays(self, loaded: Run) -> None:
        """The id decides which film it is."""
        loaded("add", "u", "Il cerchio", "--imdb", "tt4287320")
        (added,) = diary(loaded)
        assert (added["name"], added["film"]["title"]) == ("Il cerchio", "The Circle")

    def test_an_unknown_id_needs_a_title_and_is_kept(self, loaded: Run) -> None:
        """It may be known later."""
        assert "give its title" in loaded("add", "u", "--imdb", "tt0000001", code=1).stderr
        loaded("add", "u", "Nothing", "--imdb", "tt0000001")
        (added,) = diary(loaded)
        assert added["ids"]["imdb"] == "tt0000001"

    def test_it_was_seen_again_that_day_with_tags(self, loaded: Run) -> None:
        """A short can be seen twice."""
        loaded("add", "u", "Spiral")
        loaded("add", "u", "Spiral", code=2)
        loaded("add", "u", "Spiral", "--again", "--tag", "a", "--tag", "b", "--rewatch")
        (again,) = (each for each in diary(loaded) if each["tags"])
        assert (again["tags"], again["rewatch"]) == (["a", "b"], True)
        assert again["rewatch_from"] == "source"

    @pytest.mark.parametrize(
        "options", [["--imdb", "tt1"], ["--tmdb", "-1"], ["--tag", " "], ["--imdb", ""]]
    )
    def test_what_cannot_be_is_refused(self, loaded: Run, options: list[str]) -> None:
        """Whether there is a title or not."""
        for title in ([], ["Spiral"]):
            result = loaded("add", "u", *title, *options, code=2)
            assert result.stderr.count("\n") == 1
        assert diary(loaded) == []


class TestMirror:
    """A file that lacks plays of an earlier import."""

    @pytest.fixture
    def shorter(self, kept: Run, tmp_path: Path) -> Callable[[int], str]:
        def shorter(rows: int) -> str:
            file = tmp_path / f"{rows}.csv"
            file.write_text("".join(DIARY.splitlines(keepends=True)[: rows + 1]))
            return str(file)

        return shorter

    def test_they_are_reported_and_stay(self, kept: Run, shorter: Callable[[int], str]) -> None:
        """Unless they shall go."""
        result = kept("import", "u", shorter(3), "--json")
        assert answer(result)["missing"] == 1
        assert "The file lacks 1 play of an earlier import" in result.stderr
        assert len(diary(kept)) == 4

    def test_a_few_are_deleted_and_come_back(
        self, kept: Run, shorter: Callable[[int], str]
    ) -> None:
        """Up to a fifth of the diary."""
        kept("add", "u", "The Circle")
        before = diary(kept)
        result = kept("import", "u", shorter(3), "--mirror")
        assert "Deleted, not in the file" in result.stdout
        assert len(diary(kept)) == 4
        assert "cinestats undo u" in result.stderr
        kept("undo", "u")
        assert sorted(diary(kept), key=str) == sorted(before, key=str)

    def test_many_need_a_yes(self, kept: Run, shorter: Callable[[int], str]) -> None:
        """Nothing is stored until then; a dry run only says so."""
        file = shorter(2)
        result = kept("import", "u", file, "--mirror", code=2)
        assert "lacks 2 of the 4 plays" in result.stderr
        assert "--yes" in result.stderr
        assert result.stderr.count("\n") == 1
        kept("import", "u", file, "--mirror", "--dry-run")
        assert len(diary(kept)) == 4
        assert len(answer(kept("imports", "u", "--json"))) == 1
        kept("import", "u", file, "--mirror", "--yes")
        assert len(diary(kept)) == 2

    @pytest.mark.parametrize(("said", "code", "left"), [("y\n", 0, 2), ("n\n", 1, 4)])
    def test_a_terminal_asks(
        self,
        kept: Run,
        shorter: Callable[[int], str],
        monkeypatch: pytest.MonkeyPatch,
        said: str,
        code: int,
        left: int,
    ) -> None:
        """And takes no for an answer."""
        monkeypatch.setattr(terminal, "can_ask", lambda: True)
        kept("import", "u", shorter(2), "--mirror", code=code, input=said)
        assert len(diary(kept)) == left


class TestTold:
    """Corrections are told wherever changes are."""

    def test_what_can_be_undone_is_listed_with_its_kind(self, kept: Run) -> None:
        """The latest first."""
        entry_id = entry(kept, "Spiral")["entry_id"]
        kept("edit", "u", entry_id, "--liked", "yes")
        kept("match", "u", entry_id, "--none")
        kept("review", "u", "--accept-all")
        listed = answer(kept("imports", "u", "--json"))
        assert [each["kind"] for each in listed] == ["review", "match", "edit", "import"]
        shown = kept("imports", "u").stdout
        for each in listed:
            assert each["import_id"] in shown
            kept("undo", "u", each["import_id"])
        assert diary(kept) == []
        assert all(each["undone"] for each in answer(kept("imports", "u", "--json")))
        assert "no import or correction to undo" in kept("undo", "u", code=1).stderr

    def test_the_log_tells_what_was_corrected(self, kept: Run) -> None:
        """In its own words."""
        entry_id = entry(kept, "Spiral")["entry_id"]
        kept("edit", "u", entry_id, "--liked", "yes", "--watched", "2025-02-02")
        last = kept("events", "tail").stdout.splitlines()[-1]
        assert "corrected Spiral (2018) ★★★: liked, day" in last

    def test_the_diary_marks_what_was_said(self, kept: Run) -> None:
        """Rewatches, likes, tags, and films that may be others."""
        kept("edit", "u", entry(kept, "Spiral")["entry_id"], "--liked", "yes")
        shown = kept("diary", "u").stdout
        assert "Whiplash ?" in shown
        assert "↻ #cinema #imax" in shown
        assert "♥" in shown
        assert "? may be another film: cinestats review u asks which." in shown
        assert "?" not in kept("diary", "nobody").stdout

    def test_a_figure_tells_which_credits_were_corrected(self, kept: Run) -> None:
        """And by what."""
        kept("review", "u", "--accept-all")
        shown = kept("explain", "u", "director", "Aaron Hann").stdout
        assert shown.count("corrected by review") == 2
        assert "corrected" not in kept("explain", "u", "director", "Kurtis David Harder").stdout
