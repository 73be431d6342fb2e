"""What the workflows of GitHub run is pinned, and runs what ``make`` and the image run.

``make workflows`` checks the rest: their form, their rights, what is quoted and what is not.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.name: path.read_text() for path in sorted(FOLDER.glob("*.yml"))}
TEXT = "".join(WORKFLOWS.values())
_PINNED = re.compile(r"[\w-]+/[\w-]+@([0-9a-f]{40}) # v\d+\.\d+\.\d+")


def jobs(name: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(WORKFLOWS[name])["jobs"]
    return found


def test_every_action_is_pinned_by_its_commit() -> None:
    """With the version in words, the same in every place; our own workflow is at hand."""
    uses = [line.strip() for line in re.findall(r"uses: (.+)", TEXT)]
    foreign = [line for line in uses if not line.startswith("./")]
    assert len(foreign) > 10
    assert [line for line in foreign if not _PINNED.fullmatch(line)] == []
    pins = set(foreign)
    assert len({pin.partition("@")[0] for pin in pins}) == len(pins)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_job_has_its_own_few_rights_and_an_end(name: str) -> None:
    """Nothing is given to all jobs; only what ends on GitHub may write."""
    assert "\npermissions: {}\n" in WORKFLOWS[name]
    for job in jobs(name).values():
        rights = job["permissions"]
        assert "timeout-minutes" in job or "uses" in job
        if "write" in rights.values():
            assert name == "release.yml"


def test_the_tests_run_on_the_image_that_is_shipped() -> None:
    """Python and Debian are those of the Dockerfile, byte for byte."""
    (base,) = re.findall(r"^FROM (python:\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert jobs("ci.yml")["linux"]["container"] == base


def test_what_is_published_is_tested_first() -> None:
    """Images and attestations wait for the tests, PyPI for both, the page for PyPI."""
    needs = {name: set(job.get("needs", [])) for name, job in jobs("release.yml").items()}
    for job in ("attest", "images"):
        assert needs[job] == {"test", "build"}
    assert needs["pypi"] == {"attest", "images"}
    assert "pypi" in needs["page"]


def test_the_films_that_are_published_are_wikidatas_alone_and_hold_no_release_up() -> None:
    """They are packed when the release is out, loaded once, and signed like the rest."""
    release = jobs("release.yml")
    assert (release["films"]["needs"], release["publish-films"]["needs"]) == ("page", "films")
    commands = [step["run"] for step in release["films"]["steps"] if "run" in step]
    (build,) = [each for each in commands if "catalog build" in each]
    (load,) = [each for each in commands if "catalog load" in each]
    assert "--from wikidata --query" in build
    assert load.split()[-1] == build.split()[-1]
    published = release["publish-films"]["steps"]
    assert any("actions/attest@" in step.get("uses", "") for step in published)
    assert "gh release upload" in published[-1]["run"]


@pytest.mark.parametrize(
    ("tag", "log", "agrees"),
    [
        ("v0.2.0", "## [0.2.0] - 2026-11-28\n", True),
        ("v0.2.1", "## [0.2.1] - 2026-11-28\n", False),
        ("v0.2.0", "## [Unreleased]\n", False),
        ("v0.2.0", "## [0x2.0] - 2026-11-28\n", False),
    ],
)
def test_a_tag_that_is_not_the_version_is_refused(
    tmp_path: Path, tag: str, log: str, agrees: bool
) -> None:
    """The step compares the tag with the program, the wheel and the changelog."""
    (step,) = (s for s in jobs("release.yml")["build"]["steps"] if s.get("id") == "version")
    program = tmp_path / ".venv/bin/cinestats"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho 0.2.0\n")
    program.chmod(0o755)
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/cinestats-0.2.0-py3-none-any.whl").touch()
    (tmp_path / "CHANGELOG.md").write_text(log)
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env={"TAG": tag, "GITHUB_OUTPUT": str(tmp_path / "out"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode == 0) == agrees
    assert (tmp_path / "out").exists() == agrees


def test_the_version_is_in_one_place() -> None:
    """The package's own; pyproject.toml reads it, and the changelog has a section for it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    (version,) = re.findall(r'__version__ = "(.+)"', (ROOT / "src/__init__.py").read_text())
    log = (ROOT / "CHANGELOG.md").read_text()
    dates = dict(
        re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", log, re.MULTILINE)
    )
    assert version in dates
    assert log.index("## [Unreleased]") < log.index(f"## [{version}]")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("        with:\n          persist-credentials: false\n", "", "artipacked"),
        ("permissions: {}\n", "permissions: write-all\n", "excessive-permissions"),
        (" $TAG", " ${{ github.ref_name }}", "template-injection"),
    ],
)
def test_a_seeded_fault_is_found(tmp_path: Path, old: str, new: str, found: str) -> None:
    """The checker that ``make workflows`` runs can fail."""
    text = WORKFLOWS["release.yml"].replace('"$TAG"', " $TAG")
    assert old in text
    seeded = tmp_path / "release.yml"
    seeded.write_text(text.replace(old, new))
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [
            zizmor,
            "--offline",
            "--no-progress",
            "--persona",
            "pedantic",
            "--format",
            "plain",
            seeded,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"[{found}]" in done.stdout
