"""Lighthouse: what a phone on a slow line sees of the pages, with a diary of 913 films.

    python -m benchmarks.lighthouse ../shared/data/catalog.csv LIGHTHOUSE [--films 913]
        [--runs 3] [--program .venv/bin/cinestats] [--keep FOLDER]

LIGHTHOUSE is its program, from ``npm install lighthouse``; it uses Debian's Chromium. Each page
is loaded ``--runs`` times as a mobile device, by its own simulation of a slow line. Prints the
median of the score, of the first and of the largest paint in seconds, of the time that nothing
answers in milliseconds, of the shift, and of the bytes; ``--program`` is another version's.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from benchmarks import pages, serving
from benchmarks.pages import CHROMIUM, TODAY, fill

PAGES = {
    "overview": "/u/anna",
    "diary": "/u/anna/diary",
    "year": f"/u/anna/year/{TODAY.year - 1}",
}
AUDITS = {
    "FCP s": ("first-contentful-paint", 1000, 2),
    "LCP s": ("largest-contentful-paint", 1000, 2),
    "TBT ms": ("total-blocking-time", 1, 0),
    "CLS": ("cumulative-layout-shift", 1, 3),
    "KiB": ("total-byte-weight", 1024, 0),
}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


def measured(program: str, url: str, headers: Path, kept: Path) -> dict[str, Any]:
    """What Lighthouse says of one load."""
    command = [program, url, "--quiet", "--output=json", f"--output-path={kept}"]
    command += [f"--extra-headers={headers}", f"--chrome-flags={FLAGS}"]
    command += ["--only-categories=performance,accessibility,best-practices"]
    subprocess.run(command, env=os.environ | {"CHROME_PATH": CHROMIUM}, check=True)
    told: dict[str, Any] = json.loads(kept.read_text())
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("lighthouse")
    parser.add_argument("--films", type=int, default=913)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pages", nargs="*", default=list(PAGES))
    parser.add_argument("--program", default=serving.CINESTATS)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    pages.CINESTATS = serving.CINESTATS = options.program
    print(f"{'page':<12}{'score':>6}" + "".join(f"{name:>8}" for name in AUDITS), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        kept = options.keep or Path(folder)
        data_dir = Path(folder, "data")
        fill(str(data_dir), options.catalogue, options.films)
        with serving.serving(data_dir) as server:
            url = urlsplit(server.link)
            headers = Path(folder, "headers.json")
            headers.write_text(json.dumps(server.headers))
            for name in options.pages:
                told = [
                    measured(
                        options.lighthouse,
                        f"{url.scheme}://{url.netloc}{PAGES[name]}",
                        headers,
                        kept / f"{name}-{run}.json",
                    )
                    for run in range(options.runs)
                ]
                score = median(each["categories"]["performance"]["score"] for each in told)
                row = f"{name:<12}{100 * score:>6.0f}"
                for audit, unit, digits in AUDITS.values():
                    value = median(each["audits"][audit]["numericValue"] for each in told)
                    row += f"{value / unit:>8.{digits}f}"
                print(row, flush=True)


if __name__ == "__main__":
    main()
