"""The project's own promises: what it ships, what it documents, which way it depends."""

import doctest
import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import cinestats

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
EXTRA = ("bson", "kafka", "py4j", "pyarrow", "pymongo", "pyspark")
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(cinestats.__path__, "cinestats.")
)


def test_every_package_is_shipped() -> None:
    """A package that is missing from pyproject.toml would silently leave the wheel."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = project["tool"]["setuptools"]["packages"]
    found = {
        ".".join(("cinestats", *path.parent.relative_to(SOURCE).parts))
        for path in SOURCE.rglob("__init__.py")
    }
    assert set(listed) == found
    assert listed == sorted(listed)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_are_true(name: str) -> None:
    """Every example of every module is executed."""
    if name.endswith("__main__"):
        pytest.skip("running it is another test's matter")
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in EXTRA or os.environ.get("CI") == "true":
            raise
        pytest.skip(f"The package {error.name} of the extra distributed is not installed.")
    assert doctest.testmod(module).failed == 0


def test_every_module_says_what_it_is_for() -> None:
    """The first line of a module is a sentence."""
    for path in SOURCE.rglob("*.py"):
        assert path.read_text().startswith('"""'), path


def contracts(source: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts for the package in a folder."""
    command = "from importlinter.cli import lint_imports_command as check; check()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=source,
        env={"PYTHONPATH": str(source), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


INWARDS = "Dependencies point inwards"
NO_FRAMEWORK = "The core knows no framework"
INDEPENDENT = "Adapters are independent of each other"
NO_FOLD = "The recompute knows no fold"
NO_FIGURES = "What verify recomputes shares nothing with the figures that are shown"
ACYCLIC = "The application's packages form no cycle"
NO_SPARK = "The producer needs no Spark"
AT_THE_TOP = "Nothing imports the original's modules"
VIOLATIONS = [
    (NO_SPARK, "adapters/kafka/producer.py", "import pyarrow"),
    (AT_THE_TOP, "adapters/ids.py", "import cinestats.kafka_producer"),
    (INWARDS, "domain/rating.py", "import cinestats.adapters.ids"),
    (NO_FRAMEWORK, "domain/rating.py", "import pydantic"),
    (INWARDS, "application/diary/record.py", "import cinestats.entrypoints.settings"),
    (NO_FRAMEWORK, "application/diary/record.py", "import sqlite3"),
    (NO_FOLD, "domain/recompute.py", "import cinestats.domain.projections.user_stats"),
    (NO_FIGURES, "domain/recompute.py", "import cinestats.domain.figures.overview"),
    (INWARDS, "adapters/ids.py", "import cinestats.entrypoints.settings"),
    (INDEPENDENT, "adapters/spark/worker.py", "import cinestats.adapters.mongo.database"),
    (INDEPENDENT, "adapters/spark/settings.py", "import cinestats.adapters.kafka.settings"),
    # By way of a module that several adapters share.
    (INDEPENDENT, "adapters/title_index.py", "import cinestats.adapters.memory.catalogue"),
    (ACYCLIC, "application/log/ports.py", "import cinestats.application.diary.record"),
    # Of three packages: streaming uses figures, which use the log.
    (ACYCLIC, "application/log/ports.py", "import cinestats.application.streaming.consume"),
]


def test_each_contract_has_a_seeded_violation() -> None:
    """Nobody adds a contract that nobody has seen to fail."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = {contract["name"] for contract in project["tool"]["importlinter"]["contracts"]}
    assert names == {contract for contract, _, _ in VIOLATIONS}


@pytest.mark.slow
@pytest.mark.parametrize(("contract", "module", "line"), VIOLATIONS)
def test_a_dependency_that_is_not_allowed_is_caught(
    tmp_path: Path, contract: str, module: str, line: str
) -> None:
    """The import contracts fail on a seeded violation, so they can fail."""
    shutil.copytree(
        SOURCE, tmp_path / "cinestats", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert contracts(tmp_path).returncode == 0, contracts(tmp_path).stdout
    target = tmp_path / "cinestats" / module
    target.write_text(target.read_text() + f"\n{line}\n")
    broken = contracts(tmp_path)
    assert broken.returncode == 1
    assert f"{contract} BROKEN" in broken.stdout
