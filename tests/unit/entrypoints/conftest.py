"""What tests of the command line share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cinestats.entrypoints.cli.app import app


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """Run a command on a data folder of the test's own; it must end with ``code``."""
    runner = CliRunner(env={"CINESTATS_DATA_DIR": str(tmp_path / "data")})

    def run(*arguments: str, code: int = 0) -> Result:
        result = runner.invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == code, (arguments, result.output)
        return result

    return run
