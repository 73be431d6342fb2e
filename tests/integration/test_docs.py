"""The shell sessions that the documentation shows, played in order."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    page
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if "```console" in page.read_text()
]
DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2025-01-21,Gladiator,2000,https://boxd.it/a,4.5,,,2025-01-20
2025-02-02,The Dark Knight,2008,https://boxd.it/b,5,,,2025-02-01
2025-02-03,Heat,1995,https://boxd.it/c,seven,,,2025-02-02
"""


def steps(page: Path) -> list[tuple[str, str]]:
    """Each command of the page's console blocks with the output shown below it."""
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL)
    sessions = "".join(blocks)
    return [
        (command, shown)
        for command, shown in re.findall(
            r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", sessions, re.MULTILINE
        )
    ]


def matches(shown: str, output: str) -> bool:
    """Whether the output is as shown; a line ``...`` stands for any lines."""

    def tidy(text: str) -> str:
        return "".join(line.rstrip() + "\n" for line in text.splitlines())

    pattern = re.escape(tidy(shown)).replace(re.escape("...\n"), "(?:.*\n)*?")
    return re.fullmatch(pattern, tidy(output)) is not None


def test_the_readme_is_among_them() -> None:
    """A page that lost its sessions would pass by saying nothing."""
    assert ROOT / "README.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sessions_come_out_as_shown(page: Path, tmp_path: Path) -> None:
    """Every command is run, in a new folder with the diary that the README uses."""
    (tmp_path / "diary.csv").write_text(DIARY)
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "CINESTATS_DATA_DIR": str(tmp_path / "data"),
        "COLUMNS": "80",
    }
    played = steps(page)
    assert played
    for command, shown in played:
        result = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert matches(shown, result.stdout), f"$ {command}\n{result.stdout}"
