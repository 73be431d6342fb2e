"""What is published: the wheel has all that cinestats needs, and nothing else."""

import os
import re
import shutil
import subprocess
import sys
from email import message_from_bytes
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

import cinestats

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
KINDS = {
    ".br",
    ".css",
    ".csv",
    ".gz",
    ".html",
    ".js",
    ".json",
    ".md",
    ".py",
    ".svg",
    ".txt",
    ".typed",
}
WITHOUT_SUFFIX = {"SHA256SUMS"}
ABOUT = {
    "METADATA",
    "RECORD",
    "WHEEL",
    "entry_points.txt",
    "licenses/LICENSE",
    "licenses/NOTICE",
    "top_level.txt",
}
_NOT_OURS = re.compile(
    r"(^|/)(\.|tests?/|__pycache__/|build/|[^/]*\.egg-info/)|\.(pyc|db|log)$"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as a release is: the source distribution from a copy, the wheel from that."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(SOURCE, copy / "src")
    (copy / "src/__pycache__").mkdir(exist_ok=True)
    (copy / "src/__pycache__/left.cpython-311.pyc").write_bytes(b"left behind")
    (copy / "tests").mkdir()
    (copy / "tests/test_left.py").write_text('"""Left behind."""\n')
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", copy / "dist", copy],
        check=True,
        capture_output=True,
    )
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """The files in the wheel."""
    with ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_name_has_the_version(wheel: Path) -> None:
    """The one that the program prints, for any system and any Python 3."""
    assert wheel.name == f"cinestats-{cinestats.__version__}-py3-none-any.whl"


def test_every_file_of_the_package_is_in_it_and_no_other(names: list[str]) -> None:
    """All modules and all that lies beside them; no tests, no caches, nothing left behind."""
    ours = {
        f"cinestats/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.is_file() and not _NOT_OURS.search(path.relative_to(SOURCE).as_posix())
    }
    about = {f"cinestats-{cinestats.__version__}.dist-info/{name}" for name in ABOUT}
    assert set(names) == ours | about
    assert len(names) == len(set(names))
    assert [name for name in names if _NOT_OURS.search(name)] == []


def test_each_file_is_of_a_known_kind(names: list[str]) -> None:
    """A new kind of file is something to think about: its licence, its size, its need."""
    package = [Path(name) for name in names if name.startswith("cinestats/")]
    strange = [
        path for path in package if path.suffix not in KINDS and path.name not in WITHOUT_SUFFIX
    ]
    assert strange == []


def test_what_is_said_of_it(wheel: Path) -> None:
    """Name, version, licences and Python, as installers and indexes read them."""
    with ZipFile(wheel) as archive:
        (metadata,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        said = message_from_bytes(archive.read(metadata))
    assert (said["Name"], said["Version"]) == ("cinestats", cinestats.__version__)
    assert said["License-Expression"] == "Apache-2.0"
    assert said.get_all("License-File") == ["LICENSE", "NOTICE"]
    assert said["Requires-Python"] == ">=3.11"
    base = [n for n in said.get_all("Requires-Dist", []) if "extra ==" not in n]
    assert [n for n in base if re.match(r"(py)?(spark|arrow|mongo)|pandas|kafka", n)] == []


def test_it_works_from_what_is_in_it(wheel: Path, tmp_path: Path) -> None:
    """Unpacked far from the sources it writes, reads, verifies, and serves its pages."""
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = (
        f"import cinestats; assert cinestats.__file__.startswith({str(tmp_path)!r}); "
        "from cinestats.entrypoints.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, ROOT / "tests/installed.py", sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"cinestats {cinestats.__version__} writes")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_nothing_is_used_that_another_system_lacks(platform: str) -> None:
    """The types of Windows and of macOS know what Python has there: ``os.geteuid`` and such."""
    if find_spec("pyspark") is None and os.environ.get("CI") != "true":
        pytest.skip("The types of the extra distributed are not installed.")
    done = mypy(platform)
    assert done.returncode == 0, done.stdout


def test_what_another_system_lacks_is_noticed(tmp_path: Path) -> None:
    """So that the test above means something."""
    module = tmp_path / "module.py"
    module.write_text(
        "import fcntl\nimport os\n\nfcntl.flock(0, fcntl.LOCK_EX)\nos.geteuid()\n"
    )
    done = mypy("win32", "--config-file", os.devnull, str(module))
    assert done.returncode == 1
    assert done.stdout.count("[attr-defined]") == 3


def mypy(platform: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Check types as if on another system, with a cache of its own."""
    cache = ROOT / ".mypy_cache" / platform
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--platform", platform, "--cache-dir", cache, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
