"""Pages: what the dashboard costs with a diary of 3,000 films, on the server and in a browser.

    python -m benchmarks.pages ../shared/data/catalog.csv [--films 3000] [--loads 10]
        [--reads 20] [--rates 20]

The films of the catalogue become a diary by an import; another, of a third as many, is there
to compare with. For every page a new browser (Debian's Chromium, nothing in its cache) loads
it ``--loads`` times: first contentful paint, bytes, and which requests it makes. Each of
those is then timed from a client on loopback, cold (the first after a change of the diary)
and warm. Last, ``cinestats rate`` changes a rating in a terminal while the overview is open,
and the browser notes when its page shows it. Prints a table and one line of JSON; nothing is
pass or fail.
"""

import argparse
import csv
import io
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import httpx2
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.serving import CINESTATS, serving
from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.domain.movie import Movie

TODAY = datetime.now(UTC).date()
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
PAGES = {
    "home": "/",
    "overview": "/u/anna",
    "overview of a year": "/u/anna?period={year}",
    "year": "/u/anna/year/{year}",
    "diary": "/u/anna/diary",
    "director": "/u/anna/director/{director}",
    "genre": "/u/anna/genre/Drama",
    "trends": "/u/anna/trends",
    "compare": "/u/anna/compare/marco",
    "import": "/u/anna/import",
    "time travel": "/u/anna/then",
    "settings": "/u/anna/settings",
    "reference": "/docs",
}
RATED = "A film of this very day"
PAINT = """new PerformanceObserver(list => {
    globalThis.paint = list.getEntriesByName("first-contentful-paint")[0].startTime;
}).observe({ type: "paint", buffered: true });"""
BYTES = """["navigation", "resource"].flatMap(type => performance.getEntriesByType(type))
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""
WATCH = """stars => {
    const shown = () => document.querySelector(".overview-lists .film-rating .stars").innerText;
    globalThis.shownAt = null;
    const observer = new MutationObserver(() => {
        if (!shown().includes(stars)) return;
        globalThis.shownAt = Date.now();
        observer.disconnect();
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


# ── The diaries ─────────────────────────────────────────────────────────────


def diary_csv(films: Sequence[Movie], last: date) -> str:
    """A table with a play of each film, the last one on that day."""
    random_ = random.Random(7)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Title", "Year", "Rating", "WatchedDate"])
    day = last
    for film in films:
        writer.writerow([film.title, film.year, random_.randint(1, 10) / 2, day])
        day -= timedelta(days=random_.choice([0, 1, 1, 2]))
    return text.getvalue()


def fill(data_dir: str, catalogue: Path, films: int) -> list[Movie]:
    """The catalogue and both diaries; gives the first one's films."""
    known = [film.movie for film in read_catalogue(catalogue.read_bytes()).films]
    seen = random.Random(3).sample(known, films)
    run(data_dir, "catalog", "load", str(catalogue))
    yesterday = TODAY - timedelta(days=1)
    for user, part in (("anna", seen), ("marco", seen[::6] + known[: films // 6])):
        file = Path(data_dir, "diary.csv")
        file.write_text(diary_csv(part, yesterday), encoding="utf-8")
        run(data_dir, "import", user, str(file))
    run(data_dir, "add", "anna", RATED, "--rating", "3", "--watched", f"{TODAY}")
    return seen


def run(data_dir: str, *arguments: str) -> None:
    """A command of cinestats, in a process of its own."""
    environment = {**os.environ, "CINESTATS_DATA_DIR": data_dir}
    subprocess.run([CINESTATS, *arguments], env=environment, check=True, capture_output=True)


# ── The browser ─────────────────────────────────────────────────────────────


def opened(browser: Browser, link: str) -> BrowserContext:
    """A browser with an empty cache that came in by the link; posters stay unloaded."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.request.get(link)
    context.route("https://**", lambda route: route.abort())
    return context


def load(browser: Browser, link: str, path: str) -> tuple[float, int, list[str]]:
    """Open a page: milliseconds to its first paint, bytes, and the requests of its code."""
    url = urlsplit(link)
    origin = f"{url.scheme}://{url.netloc}"
    context = opened(browser, link)
    page = context.new_page()
    page.add_init_script(PAINT)
    requests: list[str] = []

    def note(kind: str, url: str) -> None:
        if kind == "fetch":
            requests.append(url.removeprefix(origin))

    page.on("request", lambda request: note(request.resource_type, request.url))
    page.goto(origin + path)
    page.locator("h1").wait_for()
    page.wait_for_function("() => !document.querySelector('.skeleton')")
    page.wait_for_timeout(600)  # what the event stream makes it load again
    paint, size = page.evaluate("paint"), page.evaluate(BYTES)
    context.close()
    return paint, size, requests


def watch_ratings(browser: Browser, link: str, data_dir: str, times: int) -> list[list[float]]:
    """Milliseconds until the open overview shows a rating: from the command's start and end."""
    url = urlsplit(link)
    context = opened(browser, link)
    page = context.new_page()
    page.goto(f"{url.scheme}://{url.netloc}/u/anna")
    page.get_by_text("Live", exact=True).wait_for()
    page.locator(".film-title", has_text=RATED).first.wait_for()
    delays: list[list[float]] = []
    for n in range(times):
        stars = 1 + n % 2
        page.evaluate(WATCH, f"{stars} stars")
        began = time.time()
        run(data_dir, "rate", "anna", RATED, str(stars))
        ended = time.time()
        shown = page.wait_for_function("() => shownAt").json_value()
        delays.append([shown - 1_000 * began, shown - 1_000 * ended])
    context.close()
    return delays


# ── The server ──────────────────────────────────────────────────────────────


def time_requests(link: str, paths: Sequence[str], times: int) -> dict[str, list[list[float]]]:
    """Milliseconds of each request, cold and warm, from a client on loopback."""
    base, _, token = link.partition("/?token=")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=base, headers=headers, timeout=60) as client:
        entry = client.get("/users/anna/diary?limit=1").raise_for_status().json()["items"][0]
        movie = f"/users/anna/movies/{entry['entry_id']}"

        def timed(path: str) -> float:
            began = time.perf_counter()
            client.get(path).raise_for_status()
            return 1_000 * (time.perf_counter() - began)

        found: dict[str, list[list[float]]] = {}
        for path in paths:
            cold: list[float] = []
            warm: list[float] = []
            for n in range(times):
                change = client.patch(movie, json={"rating": 2 + n % 2}).raise_for_status()
                written = {"at_least": change.json()["position"]}
                client.get("/users/anna/stats", params=written).raise_for_status()
                cold.append(timed(path))
                warm.append(timed(path))
            found[path] = [cold, warm]
    return found


# ── The figures ─────────────────────────────────────────────────────────────


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[18] if len(values) > 1 else values[0]


def rounded(
    values: Sequence[float], *figures: Callable[[Sequence[float]], float]
) -> list[float]:
    return [round(figure(values), 1) for figure in figures]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--films", type=int, default=3_000)
    parser.add_argument("--loads", type=int, default=10)
    parser.add_argument("--reads", type=int, default=20)
    parser.add_argument("--rates", type=int, default=20)
    options = parser.parse_args()
    result: dict[str, object] = {"films": options.films}
    with tempfile.TemporaryDirectory() as data_dir, sync_playwright() as playwright:
        films = fill(data_dir, options.catalogue, options.films)
        director = next(film.directors[0] for film in films if film.directors)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with serving(Path(data_dir)) as server:
            print(f"{'page':<20}{'FCP p50':>9}{'min':>8}{'max':>8}  ms{'KB':>8}  requests")
            asked: dict[str, None] = {}
            for name, template in PAGES.items():
                path = template.format(year=TODAY.year - 1, director=director)
                loads = [load(browser, server.link, path) for _ in range(options.loads)]
                paints = rounded([paint for paint, _, _ in loads], median, min, max)
                size, requests = loads[-1][1:]
                asked |= dict.fromkeys(requests)
                shown = "".join(f"{paint:>8}" for paint in paints)
                print(f"{name:<21}{shown}{size / 1_000:>12.0f}  {len(requests)}")
                result[name] = {"fcp_ms": paints, "bytes": size, "requests": requests}
            print(f"{'milliseconds':<64}{'cold p50':>9}{'p95':>7}{'warm p50':>10}{'p95':>7}")
            for path, (cold, warm) in time_requests(
                server.link, list(asked), options.reads
            ).items():
                figures = rounded(cold, median, p95) + rounded(warm, median, p95)
                print(
                    f"{path:<64}{figures[0]:>9}{figures[1]:>7}{figures[2]:>10}{figures[3]:>7}"
                )
                result[path] = dict(
                    zip(("cold_p50", "cold_p95", "warm_p50", "warm_p95"), figures, strict=True)
                )
            delays = watch_ratings(browser, server.link, data_dir, options.rates)
        browser.close()
    for name, values in zip(("start", "end"), zip(*delays, strict=True), strict=True):
        figures = rounded(values, median, max)
        print(
            f"shown after the {name} of cinestats rate: p50 {figures[0]}, max {figures[1]} ms"
        )
        result[f"shown_after_{name}_ms"] = figures
    print(json.dumps(result))


if __name__ == "__main__":
    main()
