"""Every command on the distributed engine, while its services run; and without its extra."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from stack.java_process import free_port
from stack.kafka import Kafka
from stack.mongo import Mongo

from .distributed_app import DistributedApp, until
from .stack import requires

DIARY = "Title,Year,Rating,WatchedDate\nGladiator,2000,4.5,2025-01-20\nRan,1985,4,2025-02-01\n"

# The program where the extra is not installed.
WITHOUT = """
import sys
from importlib.machinery import PathFinder

find = PathFinder.find_spec
missing = {"kafka", "pymongo", "bson", "pyspark", "pyarrow", "pandas"}
PathFinder.find_spec = classmethod(
    lambda cls, name, *rest: None if name.partition(".")[0] in missing else find(name, *rest)
)
from cinestats.entrypoints.cli import main
main()
"""


@pytest.mark.distributed
def test_every_command_works_while_the_services_run(
    kafka: Kafka, mongo: Mongo, tmp_path: Path
) -> None:
    """Write, read, check, rebuild and forget, with relay and consumer as services."""
    requires("spark")
    app = DistributedApp(kafka.bootstrap, mongo.uri, tmp_path)

    def answer(*arguments: str) -> Any:
        return json.loads(app.run(*arguments, "--json"))

    def watched(user: str, number: int) -> None:
        until(lambda: answer("stats", user)["total_watched"] == number)

    (tmp_path / "diary.csv").write_text(DIARY)
    (tmp_path / "films.csv").write_text(
        "title,year,genres,directors,actors,duration\nA New Film,2024,Drama,A. Director,,90\n"
    )
    port = free_port()
    logs = [tmp_path / f"{name}.log" for name in ("relay", "consume", "serve")]
    app.run("catalog", "load", str(tmp_path / "films.csv"))
    app.run("add", "anna", "A New Film", "--rating", "4.5")
    with (
        app.service("relay", log=logs[0]),
        app.service("consume", log=logs[1], CINESTATS_METRICS_PORT=str(port)),
        app.service("serve", "--port", "0", log=logs[2], CINESTATS_LOG_FORMAT="json"),
    ):
        watched("anna", 1)
        assert answer("import", "bruno", str(tmp_path / "diary.csv"))["added"] == 2
        watched("bruno", 2)
        app.run("rate", "bruno", "Ran", "2")
        app.run("delete", "bruno", "Gladiator")
        watched("bruno", 1)
        assert answer("stats", "bruno")["sum_ratings"] == 2
        (play,) = answer("diary", "bruno")
        app.run("edit", "bruno", play["entry_id"], "--watched", "2025-01-31", "--tag", "home")
        until(lambda: answer("stats", "bruno")["monthly_counts"] == {"2025": {"01": 1}})
        assert answer("verify")["equal"]
        app.run("undo", "bruno")
        until(lambda: answer("stats", "bruno")["monthly_counts"] == {"2025": {"02": 1}})
        assert answer("diary", "bruno") == [play]
        assert [each["name"] for each in answer("affinities", "anna", "director")] == [
            "A. Director"
        ]
        assert _add_over_http(logs[2], "carla") == 201
        watched("carla", 1)
        assert answer("verify")["equal"]
        assert "3 users" in app.run("rebuild")
        app.run("rebuild", "--user", "anna")
        assert answer("verify")["equal"]
        assert answer("dead-letters", "list") == []
        parts = answer("doctor")
        assert parts["ok"], parts
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as shown:
            metrics = shown.read().decode()
        assert "process_resident_memory_bytes" in metrics
        assert 'cinestats_topic_lag_events{partition="0",stream="user-stats"} 0.0' in metrics
        # The entries are deleted at once, and the events once that is counted.
        until(lambda: _forgets(app, "bruno"))
        assert "Nothing watched yet" in app.run("stats", "bruno")
        assert answer("verify")["users"] == 2
    assert '"message":"partition counted in"' in logs[1].read_text()


def _forgets(app: DistributedApp, user: str) -> bool:
    result = app.attempt("forget", user, "--yes")
    assert "Erased" in result.stdout or "forget them again in a moment" in result.stderr
    return result.returncode == 0


def _add_over_http(log: Path, user: str) -> int:
    """Add a film through the server that writes the log; returns the status."""
    found = until(lambda: re.search(r"http://\S+/", log.read_text()))
    request = Request(
        f"{found[0]}users/{user}/movies",
        b'{"name": "Heat"}',
        {"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=10) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("backend", "command"),
    [
        ("distributed", "add anna Gladiator"),
        ("distributed", "stats anna"),
        ("distributed", "serve --port 0"),
        ("distributed", "dead-letters list"),
        ("distributed", "relay --once"),
        ("embedded", "relay --once"),
        ("distributed", "consume --once"),
    ],
)
def test_without_the_extra_a_command_says_what_to_install(
    backend: str, command: str, tmp_path: Path
) -> None:
    """One sentence that names the package and the extra, and exit code 2."""
    result = _without_the_extra(backend, command, tmp_path)
    assert result.returncode == 2, result.stderr
    sentence = r"The package \w+ is missing: install cinestats\[distributed\]\.\n"
    assert re.fullmatch(sentence, result.stderr), result.stderr
    assert not result.stdout


def test_without_the_extra_the_doctor_names_each_package(tmp_path: Path) -> None:
    """It goes on to what can be looked at without them."""
    result = _without_the_extra("distributed", "doctor --json", tmp_path)
    assert result.returncode == 1, result.stderr
    found = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert found["packages"]["detail"].startswith("Not installed: kafka-python, pymongo")
    assert "cinestats[distributed]" in found["packages"]["advice"]
    assert "Java" in found
    assert "MongoDB" not in found


def test_with_all_servers_down_the_doctor_answers_in_seconds(tmp_path: Path) -> None:
    """Each server is found missing once, with what to do; nothing else waits for it."""
    requires("kafka")
    requires("mongo")
    app = DistributedApp("127.0.0.1:1", "mongodb://127.0.0.1:1", tmp_path)
    checks = json.loads(app.run("doctor", "--json", code=1))["checks"]
    found = {check["name"]: check for check in checks}
    assert "cannot be reached" in found["MongoDB"]["detail"]
    assert "cannot be reached" in found["Kafka"]["detail"]
    assert "CINESTATS_MONGO_URI" in found["MongoDB"]["advice"]
    assert not found.keys() & {"stores", "topic", "relay", "projection", "dead letters"}


def test_the_doctor_finds_a_topic_of_another_size(
    kafka: Kafka, mongo: Mongo, tmp_path: Path
) -> None:
    """Fault 15: a topic whose partitions are not those of the log is told, with the way out."""
    from cinestats.adapters.kafka.topics import ensure_topic

    app = DistributedApp(kafka.bootstrap, mongo.uri, tmp_path)
    app.run("add", "anna", "Gladiator")
    checks = json.loads(app.run("doctor", "--json", code=1))["checks"]
    (topic,) = (check for check in checks if check["name"] == "topic")
    assert "There is no topic" in topic["detail"]
    ensure_topic(app.settings, 3)
    checks = json.loads(app.run("doctor", "--json", code=1))["checks"]
    (topic,) = (check for check in checks if not check["ok"])
    assert topic["name"] == "topic"
    assert "has 3 partitions, and the log 4" in topic["detail"]
    assert "CINESTATS_KAFKA_TOPIC" in topic["advice"]


def test_where_another_application_publishes_there_is_no_log_to_recompute_from(
    mongo: Mongo, tmp_path: Path
) -> None:
    """Nothing is compared with a log that was never written, or replaced by its emptiness."""
    from cinestats.adapters.mongo.database import MongoDatabase
    from cinestats.adapters.mongo.topic_claims import MongoTopicClaims
    from cinestats.application.streaming.ports import TopicClaim

    app = DistributedApp("127.0.0.1:1", mongo.uri, tmp_path)
    database = MongoDatabase(mongo.uri, app.settings.mongo_database)
    MongoTopicClaims(database).put(app.settings.kafka_topic, TopicClaim("an id", 4, "foreign"))
    for command in ("verify", "rebuild"):
        assert "there is no log to recompute from" in app.run(command, code=2)


def _without_the_extra(
    backend: str, command: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *command.split()],
        env={"CINESTATS_BACKEND": backend, "CINESTATS_DATA_DIR": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
