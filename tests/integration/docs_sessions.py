"""The shell sessions and files that a page of the documentation shows."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FILE = re.compile(r"`([\w.]+)`:\n\n```\w*\n(.*?)```", re.DOTALL)


def section(text: str, title: str) -> str:
    """The part of a page below a heading, up to the next one of the same level."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", text, re.M | re.S)
    assert found, title
    return found[2]


def steps(text: str) -> list[tuple[str, str]]:
    """Each command of the console blocks with the output shown below it."""
    sessions = "".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL))
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", sessions, re.MULTILINE)


def write_shown_files(text: str, folder: Path) -> None:
    """Write each block that follows its file's name and a colon."""
    for name, content in _FILE.findall(text):
        (folder / name).write_text(content)


def matches(shown: str, output: str) -> bool:
    """Whether the output is as shown: ``...`` are any lines, ``…`` any text of a line."""

    def tidy(text: str) -> str:
        return "".join(line.rstrip() + "\n" for line in text.splitlines())

    pattern = re.escape(tidy(shown)).replace(re.escape("...\n"), "(?:.*\n)*?")
    pattern = pattern.replace("…", ".*?")
    return re.fullmatch(pattern, tidy(output)) is not None


class Session:
    """Runs commands in a folder; ``environment`` is added to that of this process."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,
            **environment,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "80",
        }

    def play(self, command: str, shown: str) -> None:
        """Run a command; it must succeed, and print what is shown."""
        result = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert matches(shown, result.stdout), f"$ {command}\n{result.stdout}"
