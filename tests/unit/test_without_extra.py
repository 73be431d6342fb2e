"""The tests of the embedded default run where the extra distributed is not installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT = """
import sys
sys.modules |= dict.fromkeys(["kafka", "pandas", "pyarrow", "pymongo", "bson", "pyspark"])
import pytest
sys.exit(pytest.main(["--collect-only", "--quiet", "-p", "no:cacheprovider", "tests"]))
"""


@pytest.mark.slow
def test_each_file_of_tests_is_read_without_the_extra() -> None:
    """It leaves its tests out then. In CI the extra has to be there, so CI is not said."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
