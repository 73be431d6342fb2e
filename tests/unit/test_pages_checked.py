"""The check of the pages' modules, make pages: it finds what it is there to find."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
STATIC = Path("src/entrypoints/web/static")

TYPE_ERRORS = {
    "pages/today.js": ("today().toFixed();", "Property 'toFixed' does not exist"),
    "pages/settings-privacy.js": ('t("no_such_text");', "no_such_text"),
    "pages/then-changes.js": ('userPath("anna", "nowhere");', "nowhere"),
    "pages/import-past.js": (
        'send("POST", "/session", { user: "anna" });',
        "'user' does not exist in type",
    ),
    "lib/ui.js": ('document.querySelector("main").focus();', "possibly 'null'"),
}
LINT_ERRORS = {
    "pages/today.js": ("const unused = 1;", "noUnusedVariables"),
    "lib/ui.js": ("missing();", "noUndeclaredVariables"),
}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The pages and what checks them, in a folder of their own."""
    assets = ROOT / "assets"
    if not (assets / "typed/api.d.ts").exists() or shutil.which("npm") is None:
        reason = "make pages installs what checks the pages, where Node and npm are"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    shutil.copytree(ROOT / STATIC, tmp_path / STATIC)
    ignored = shutil.ignore_patterns("node_modules", ".tsbuildinfo")
    shutil.copytree(assets, tmp_path / "assets", symlinks=True, ignore=ignored)
    (tmp_path / "assets/node_modules").symlink_to(assets / "node_modules")
    return tmp_path


def check(copied: Path, script: str, errors: dict[str, tuple[str, str]]) -> str:
    """Append a line to each module and run a script that must fail; returns what it says."""
    for module, (line, _) in errors.items():
        with (copied / STATIC / module).open("a") as file:
            file.write(f"{line}\n")
    run = ("npm", "--prefix", str(copied / "assets"), "run", "--silent", script)
    result = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode != 0
    return result.stdout + result.stderr


def test_an_error_of_types_is_found(copied: Path) -> None:
    """So are a text, an address and a body that do not exist, and what may be missing."""
    said = check(copied, "types", TYPE_ERRORS)
    errors = [line for line in said.splitlines() if " error TS" in line]
    assert len(errors) == len(TYPE_ERRORS), said
    for module, (_, message) in TYPE_ERRORS.items():
        assert any(f"typed/{module}" in line and message in line for line in errors), said


def test_an_error_of_lint_is_found(copied: Path) -> None:
    """An unused variable, and a name that nothing declares."""
    said = check(copied, "lint", LINT_ERRORS)
    for module, (_, rule) in LINT_ERRORS.items():
        assert any(module in line and rule in line for line in said.splitlines()), said
