"""docker-compose.yml and Dockerfile are held to rules; ``make compose-test`` runs them."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
Service = dict[str, Any]
SERVICES: dict[str, Service] = YAML(typ="safe").load(COMPOSE)["services"]
SECRET = re.compile("PASSWORD|SECRET|KEYFILE|TOKEN")


def _image_is_pinned(service: Service) -> bool:
    _, _, tag = str(service["image"]).partition(":")
    return tag not in ("", "latest")


def _health_is_checked_or_explained(service: Service) -> bool:
    checked = "test" in service.get("healthcheck", {})
    return checked != bool(service.get("x-no-healthcheck"))


def _memory_is_limited(service: Service) -> bool:
    return re.fullmatch(r"\d+[mg]", service.get("mem_limit", "")) is not None


def _ports_are_loopback(service: Service) -> bool:
    return all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))


def _secrets_have_no_default(service: Service) -> bool:
    for name, value in service.get("environment", {}).items():
        variables = re.findall(r"\$\{(\w+)(.*?)\}", str(value))
        secret = [each for each in variables if SECRET.search(each[0])]
        if SECRET.search(name) and not secret:
            return False
        if any(not rest.startswith(":?") or len(rest) == 2 for _, rest in secret):
            return False
    return True


def _rights_are_dropped(service: Service) -> bool:
    return service.get("cap_drop") == ["ALL"] and "no-new-privileges:true" in service.get(
        "security_opt", []
    )


def _restart_is_said(service: Service) -> bool:
    return "restart" in service


def _tmpfs_is_writable(service: Service) -> bool:
    """A tmpfs over a folder of the image is root's and closed, unless it says otherwise."""
    options = [each.partition(":")[2].split(",") for each in service.get("tmpfs", [])]
    return all("mode=1777" in each or "uid=10001" in each for each in options)


RULES: list[Callable[[Service], bool]] = [
    _image_is_pinned,
    _health_is_checked_or_explained,
    _memory_is_limited,
    _ports_are_loopback,
    _secrets_have_no_default,
    _rights_are_dropped,
    _restart_is_said,
    _tmpfs_is_writable,
]


def _matches_schema(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema"]
    command += ["--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_file_matches_the_specification() -> None:
    """It is valid by the compose specification's own JSON schema."""
    result = _matches_schema(COMPOSE)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_schema_knows_a_mistake(tmp_path: Path) -> None:
    """A misspelt key is refused, so that the test above means something."""
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(COMPOSE.read_text().replace("depends_on:", "depend_on:"))
    assert _matches_schema(broken).returncode == 1


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", SERVICES)
def test_each_service_keeps_each_rule(name: str, rule: Callable[[Service], bool]) -> None:
    """Pinned, watched or explained, bounded, on loopback, without default secrets."""
    assert rule(SERVICES[name])


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (_image_is_pinned, {"image": "mongo:latest"}),
        (_image_is_pinned, {"image": "mongo"}),
        (_health_is_checked_or_explained, {"healthcheck": {"disable": True}}),
        (_memory_is_limited, {"mem_limit": ""}),
        (_ports_are_loopback, {"ports": ["27017:27017"]}),
        (_secrets_have_no_default, {"environment": {"A_PASSWORD": "${A_PASSWORD:-secret}"}}),
        (_secrets_have_no_default, {"environment": {"A_PASSWORD": "${A_PASSWORD}"}}),
        (_secrets_have_no_default, {"environment": {"A_PASSWORD": "secret"}}),
        (_secrets_have_no_default, {"environment": {"URI": "u:${A_PASSWORD:-secret}@m"}}),
        (_rights_are_dropped, {"cap_drop": []}),
        (_tmpfs_is_writable, {"tmpfs": ["/tmp:mode=1777", "/var/lib/cinestats"]}),
    ],
)
def test_each_rule_can_be_broken(
    rule: Callable[[Service], bool], change: dict[str, Any]
) -> None:
    """A rule that nothing breaks would show nothing."""
    assert not rule(SERVICES["mongo"] | change)


@pytest.mark.parametrize("name", ["api", "relay", "consumer"])
def test_our_services_run_our_commands_on_a_read_only_disk(name: str) -> None:
    """They are the CLI's own commands, and write to volumes and /tmp alone."""
    assert SERVICES[name]["command"][0] == "cinestats"
    assert SERVICES[name]["read_only"] is True


def test_mongo_is_asked_by_its_name() -> None:
    """The server that the image runs at first, on loopback alone, does not answer for it."""
    mongo = SERVICES["mongo"]
    (address,) = (each for each in mongo["healthcheck"]["test"] if "://" in each)
    assert address.startswith(f"mongodb://{mongo['hostname']}:")


def test_the_broker_is_the_one_that_the_tests_run_on() -> None:
    """The image and the jars are of one version."""
    pom = ElementTree.parse(ROOT / "stack" / "kafka.pom.xml")
    versions = {
        dependency.findtext("{*}artifactId"): dependency.findtext("{*}version")
        for dependency in pom.iterfind(".//{*}dependency")
    }
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{versions['kafka_2.13']}"


def test_java_finds_its_folder_wherever_it_is_installed() -> None:
    """Its package puts a link into a folder that the slim image lacks."""
    installing = [
        instruction
        for stage in _stages().values()
        for instruction in stage
        if re.search(r"apt-get install .*(maven|openjdk)", instruction)
    ]
    assert len(installing) == 2
    for instruction in installing:
        assert instruction.startswith("RUN mkdir -p /usr/share/man/man1 ")


def test_the_data_folder_is_empty_and_the_users_own() -> None:
    """A new volume takes over what the image has in it: nothing, and whose it is."""
    runtime = "\n".join(_stages()["runtime"])
    assert "--create-home" not in runtime
    assert re.search(r"install --directory --owner cinestats .*/var/lib/cinestats", runtime)
    assert "--uid 10001" in runtime
    assert "--gid 10001" in runtime


def _stages() -> dict[str, list[str]]:
    """The instructions of each stage, with the FROM that begins it, comments left out."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    stages: dict[str, list[str]] = {}
    for instruction in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if instruction.startswith("FROM "):
            stages[instruction.split()[-1]] = current = []
        if instruction:
            current.append(instruction)
    return stages


def test_every_package_of_the_image_is_locked() -> None:
    """What pip installs has its hash checked, or is our own package alone."""
    installs = [
        command
        for stage in _stages().values()
        for instruction in stage
        for command in instruction.split(" && ")
        if " install " in command and "pip" in command
    ]
    assert len(installs) == 3
    for command in installs:
        assert "--require-hashes" in command or "--no-deps" in command


def test_the_base_image_is_pinned() -> None:
    """Every stage starts from another one or from an image with exact version and content."""
    stages = _stages()
    bases = {stage[0].split()[1] for stage in stages.values()} - stages.keys()
    assert bases
    for base in bases:
        assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base)


@pytest.mark.parametrize("target", ["embedded", "distributed"])
def test_the_images_do_not_run_as_root(target: str) -> None:
    """The last word on the user is ours, and no tool that builds is carried over."""
    stage = _stages()[target]
    assert [line for line in stage if line.startswith("USER ")][-1:] == ["USER cinestats"]
    assert stage[0] == f"FROM runtime AS {target}"
    assert not re.search(r"\b(maven|pip|gcc|build-essential)\b", "\n".join(stage))


def test_the_images_are_watched_and_bring_no_pip() -> None:
    """Both inherit the health check, and the base image's own pip is gone."""
    runtime = "\n".join(_stages()["runtime"])
    assert "HEALTHCHECK" in runtime
    assert "pip uninstall --yes pip" in runtime


@pytest.mark.parametrize(
    ("docker", "sentence"),
    [
        (None, "There is no docker here"),
        ("echo Cannot connect >&2; exit 1", "No Engine answers (Cannot connect)"),
        ("echo 24.0.7", "This Engine is 24.0.7"),
        (
            'test $1 = version && echo 25.0.1 || echo "unknown command" >&2',
            "No Compose answers",
        ),
        ("test $1 = version && echo 25.0.1 || echo v2.19.1", "This Compose is v2.19.1"),
    ],
)
def test_the_trial_says_what_engine_it_needs(
    tmp_path: Path, docker: str | None, sentence: str
) -> None:
    """``make compose-test`` where there is none, none answers, or it is too old."""
    if docker is not None:
        program = tmp_path / "docker"
        program.write_text(f"#!/bin/sh\n{docker}\n")
        program.chmod(0o755)
    command = [sys.executable, "-m", "tests.compose"]
    result = subprocess.run(
        command, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert result.returncode == 1
    assert sentence in result.stderr
    assert "it needs Docker Engine 25.0 and Compose 2.20, or newer" in result.stderr
    assert len(result.stderr.splitlines()) == 1
