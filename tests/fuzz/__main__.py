"""Run one target under atheris, which is installed for this alone: see CONTRIBUTING.md."""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cinestats", "zipfile", "csv", "openpyxl"]):
    from .targets import TARGETS

name, seconds = sys.argv[1], sys.argv[2]
corpus = Path(__file__).with_name("corpus") / name
options = ["-max_len=4096", "-timeout=10", "-rss_limit_mb=1500", *sys.argv[3:]]
atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", *options, str(corpus)], TARGETS[name])
atheris.Fuzz()
