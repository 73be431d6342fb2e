"""The libraries of the page are those of the lock file, whole and with their licences."""

import glob
import gzip
import hashlib
import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "src/entrypoints/web/static/vendor"
LOCK = ROOT / "assets/package-lock.json"
_VERSION = re.compile(r"([a-z-]+) (\d+\.\d+\.\d+)")


def locked() -> dict[str, str]:
    """The version of each package, by name."""
    packages = json.loads(LOCK.read_text())["packages"]
    return {
        path.removeprefix("node_modules/"): package["version"]
        for path, package in packages.items()
        if path
    }


def shipped(module: str) -> dict[str, str]:
    """What a built module says that it is made of."""
    first, _, _ = (VENDOR / module).read_text().partition("\n")
    return dict(_VERSION.findall(first))


def test_the_modules_are_of_the_locked_versions() -> None:
    """A changed lock file without make assets fails here."""
    assert shipped("preact.js").keys() == {"preact", "htm"}
    assert shipped("echarts.js").keys() == {"echarts", "tslib", "zrender"}
    for module in ("preact.js", "echarts.js"):
        assert shipped(module).items() <= locked().items()


def test_the_modules_are_as_built() -> None:
    """A built module that was edited by hand fails here."""
    listed = dict(
        reversed(line.split()) for line in (VENDOR / "SHA256SUMS").read_text().splitlines()
    )
    assert listed == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.glob("*.js*")
    }


def test_each_module_lies_there_compressed_too() -> None:
    """By gzip it is the very same; brotli, which Python lacks, is in the sums."""
    modules = sorted(VENDOR.glob("*.js"))
    assert modules
    for module in modules:
        packed = module.with_name(f"{module.name}.gz").read_bytes()
        assert gzip.decompress(packed) == module.read_bytes()
        brotli = module.with_name(f"{module.name}.br").stat().st_size
        assert 0 < brotli < len(packed) < module.stat().st_size / 2


def test_every_library_comes_with_its_licence() -> None:
    """Each with its version, as the licences demand."""
    licences = (VENDOR / "LICENSES.txt").read_text()
    for module in ("preact.js", "echarts.js"):
        for name, version in shipped(module).items():
            assert f"\n{name} {version} (" in licences


def test_the_lock_names_no_registry() -> None:
    """Where packages come from is the installer's business; their sums are listed."""
    assert '"resolved"' not in LOCK.read_text()
    for path, package in json.loads(LOCK.read_text())["packages"].items():
        assert not path or package["integrity"].startswith("sha512-"), path


def test_every_file_of_the_page_is_shipped() -> None:
    """A file that no pattern of pyproject.toml names would leave the wheel silently."""
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    listed = {
        name
        for pattern in setuptools["package-data"]["cinestats"]
        for name in glob.glob(pattern, root_dir=ROOT / "src", recursive=True)
    }
    static = ROOT / "src/entrypoints/web/static"
    found = {str(p.relative_to(ROOT / "src")) for p in static.rglob("*") if p.is_file()}
    assert found <= listed
