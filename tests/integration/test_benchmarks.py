"""The benchmarks run, with tiny sizes, and tell what the page and the plan need."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("msgspec", reason="the benchmarks need msgspec, of the extra dev")
pytest.importorskip("psutil", reason="the benchmarks need psutil, of the extra dev")
pytest.importorskip("simpy", reason="the benchmarks need simpy, of the extra dev")

from benchmarks import codec, embedded, history, live, reads, recovery, report, scale, sources

Main = Callable[[list[str]], None]


def run(main: Main, name: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """The JSON that a benchmark leaves."""
    main(["--sample", "--repeat", "1", "--results", str(folder), *arguments])
    kept: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return kept


def check_shape(kept: dict[str, Any], name: str, cases: int) -> None:
    assert kept["benchmark"] == name
    assert {"cpu", "cores", "memory_gb", "load_at_begin", "versions"} <= kept["machine"].keys()
    assert kept["options"]["repeat"] == 1
    assert len(kept["results"]) == cases
    for row in kept["results"]:
        assert row["case"]
        assert row["side"]
        assert {"cpu_seconds", "peak_mb"} <= row.keys()
        assert {"database_cpu_seconds", "database_peak_mb"} <= row.keys()
        for figure in row.values():
            if isinstance(figure, dict):
                assert figure["lowest"] <= figure["median"] <= figure["highest"]
    assert all({"what", "reached", "limit"} == claim.keys() for claim in kept["claims"])


def test_embedded_compares_with_the_statements_replayed_on_bare_sqlite(tmp_path: Path) -> None:
    """Ours and the bare side are told apart, for each size."""
    kept = run(embedded.main, "embedded", tmp_path, "--sizes", "60", "120")
    check_shape(kept, "embedded", 4)
    assert [c["limit"] for c in kept["claims"] if "append and project" in c["what"]] == [
        2.5,
        2.5,
    ]


def test_the_tape_holds_every_event_and_can_be_replayed(tmp_path: Path) -> None:
    """Each event is inserted once, and no statement needs what the empty files lack."""
    tape, template = tmp_path / "tape", tmp_path / "empty"
    embedded.make_tape(None, 50, tape, template)
    steps = embedded.read_tape(tape)
    rows = [s for _, changes in steps for s in changes if "INTO events" in s[2]]
    assert sum(len(parameters) for *_, parameters in rows) == 50
    assert embedded.bare(tape, template, 50)["events_per_second"]


def test_history_measures_ours_beside_v3(tmp_path: Path) -> None:
    """Both sides at each length of the history, and ours at each size of the store."""
    arguments = ("--entries", "2", "20", "--stored", "30", "60", "--events", "6")
    kept = run(history.main, "history", tmp_path, *arguments)
    check_shape(kept, "history", 6)
    assert [c["limit"] for c in kept["claims"]] == [1.2, 1.2, None, None, None, None]


def test_codec_says_what_each_side_lets_through(tmp_path: Path) -> None:
    """The strict parser refuses every broken record; a plain JSON reader takes most."""
    kept = run(codec.main, "codec", tmp_path, "--events", "20")
    check_shape(kept, "codec", len(codec.DECODERS))
    passed = {row["side"]: row["lets_through"]["median"] for row in kept["results"]}
    assert passed["ours, the strict parser alone"] == 0
    assert passed["json"] > 10


def test_every_decoder_takes_good_records() -> None:
    """A side that refuses a good record would be measured for nothing."""
    for record in codec.records(None, 20):
        for decode in codec.DECODERS.values():
            decode(record)


def test_recovery_is_exact_after_a_kill(tmp_path: Path) -> None:
    """A process killed in mid-projection leaves nothing that differs from a recompute."""
    kept = run(recovery.main, "recovery", tmp_path, "--backlog", "3000", "--rebuild", "100")
    check_shape(kept, "recovery", 3)
    assert kept["results"][0]["differences"]["highest"] == 0


def test_reads_are_measured_through_use_cases_and_http(tmp_path: Path) -> None:
    """Each number of users gives a row for each way in."""
    kept = run(reads.main, "reads", tmp_path, "--users", "3", "9", "--reads", "3")
    check_shape(kept, "reads", 4)


def test_live_measures_from_due_and_from_accepted(tmp_path: Path) -> None:
    """All that was due becomes visible, and waiting before the acceptance counts."""
    arguments = ("--rates", "40", "--seconds", "1", "--sides", "embedded", "http")
    kept = run(live.main, "live", tmp_path, *arguments)
    check_shape(kept, "live", 2)
    for row in kept["results"]:
        assert row["due_p99_ms"]["median"] >= row["accepted_p99_ms"]["median"]


def test_the_load_does_not_depend_on_the_answers() -> None:
    """Arrivals are fixed in advance, at the rate that was asked for."""
    moments = live.due_moments(100, 20)
    assert moments == sorted(moments) == live.due_moments(100, 20)
    assert len(moments) == pytest.approx(2000, rel=0.1)
    assert moments[-1] < 20


def test_scale_takes_its_costs_from_the_results(tmp_path: Path) -> None:
    """Twice the cost an event carries half the users."""
    codec_result = {"results": [{"record_bytes": {"median": 500}}]}
    (tmp_path / "codec.json").write_text(json.dumps(codec_result), encoding="utf-8")
    carried = []
    for cpu in (10.0, 20.0):
        ours = {"cpu_seconds": cpu, "database_cpu_seconds": cpu}
        backfill = {"events": 200_000, "sides": {"ours": ours}}
        (tmp_path / "backfill.json").write_text(json.dumps(backfill), encoding="utf-8")
        kept = run(scale.main, "scale", tmp_path, "--users", "1e6", "1e8")
        check_shape(kept, "scale", 2)
        carried.append(
            next(c["reached"] for c in kept["claims"] if "core of an executor" in c["what"])
        )
    assert carried[0] == pytest.approx(2 * carried[1], rel=0.01)


def test_scale_names_the_result_that_is_missing(tmp_path: Path) -> None:
    """Without a backfill there is nothing to reckon with."""
    with pytest.raises(scale.MissingResult, match="make bench-backfill"):
        scale.measured_costs(tmp_path)


def test_simulation_and_paper_agree_where_nothing_queues() -> None:
    """With cores and shards for every partition the formula holds to within a tenth."""
    cluster, costs = scale.Cluster(8, 8, 8), scale.Costs(2e-4, 2e-4, 500)
    load = scale.Load(rate=4_000, trigger=2.0, overhead=0.2)
    paper = scale.on_paper(cluster, costs, load, 8)
    simulated = scale.Simulation(cluster, costs, load, 8, seed=3).run()
    assert simulated.p50 == pytest.approx(paper.p50, rel=0.1)
    assert simulated.p99 == pytest.approx(paper.p99, rel=0.1)
    assert simulated.cores_busy == pytest.approx(paper.cores_busy, rel=0.1)


def test_percentile_is_a_value_that_occurred() -> None:
    """The nearest rank: 99 % of the values are no larger."""
    assert report.percentile(list(range(1, 101)), 99) == 99
    assert report.percentile(list(range(1, 101)), 50) == 50
    assert report.percentile([7.0], 99) == 7.0


def test_a_completion_that_fails_and_is_killed_comes_to_an_end(tmp_path: Path) -> None:
    """At full size by hand: 913 films, 20 kills."""
    outcome = sources.completed("tmdb", 5, 1, 1.0, 20, tmp_path, compare=False)
    assert outcome.verified
    assert outcome.seen.wrong
    assert (outcome.answer["failed"], outcome.answer["not_found"]) == (0, 1)
    assert outcome.seen.most_in_a_second() <= 20
    assert outcome.asked_again <= 4  # the film in hand, and those that failed
