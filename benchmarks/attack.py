"""One account attacks a server while another reads: what the reader and the memory get.

    python -m benchmarks.attack [--attack none|imports|bodies|both] [--seconds 120]

A server with two accounts, on loopback. ``imports`` sends 45 dry runs of 20,000 rows, hangs
up, and begins again; ``bodies`` holds 200 bodies of 2 MiB less a byte without a credential,
and 22 uploads of 31 MiB less a byte of the attacker's. Meanwhile the other account asks for
what the pages show, one request after the other. Prints the reader's latencies,
the slowest reads with the second at which each began, the statuses,
the most memory that the server and its children held, and how long it took to end after
SIGTERM. Errors of the reader end it with exit status 1, slowness never does.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles

import httpx2

from benchmarks.load import diary_csv
from benchmarks.serving import Server, accounts_server
from cinestats.adapters.catalogue_sample import sample_films

ATTACKER, READER = "attacker", "reader"
READS = (
    "/users/reader/overview",
    "/users/reader/overview?period=2024",
    "/users/reader/stats",
    "/users/reader/diary?limit=50",
    "/trends",
    "/u/reader",
)
DRY_RUNS, ROWS = 45, 20_000
UNKNOWN, UNKNOWN_BYTES = 200, 2 * 2**20
UPLOADS, UPLOAD_BYTES = 22, 31 * 2**20


class Seen:
    """What the attack and the reader saw; seconds and bytes."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.reads: Counter[str] = Counter()
        self.attack: Counter[str] = Counter()
        self.live: list[float] = []
        self.ready: list[float] = []
        self.memory = 0
        self.slow: list[tuple[float, float, str]] = []


def memory_of(pid: int) -> int:
    """The bytes that a process and its children hold in memory, now."""
    total = 0
    with suppress(FileNotFoundError, ProcessLookupError):
        text = Path(f"/proc/{pid}/status").read_text("ascii")
        _, has_memory, rest = text.partition("VmRSS:")  # one that has just ended has none
        total += int(rest.split()[0]) * 1024 if has_memory else 0
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                total += memory_of(int(child))
    return total


async def send(server: Server, head: str, body: bytes, seen: Seen, hold: float) -> None:
    """Send a request, note the status if one comes within ``hold`` seconds, and hang up."""
    writer = None
    try:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(f"{head}\r\nHost: {server.host}:{server.port}\r\n\r\n".encode())
        with suppress(TimeoutError):
            async with asyncio.timeout(hold):
                answer = asyncio.create_task(reader.readline())
                try:
                    for start in range(0, len(body), 2**16):
                        writer.write(body[start : start + 2**16])
                        await writer.drain()
                        if answer.done():
                            break
                    status = (await answer).decode("ascii").split(" ", 2)[1:2]
                    seen.attack[status[0] if status else "closed"] += 1
                finally:
                    answer.cancel()
                return
        seen.attack["no answer"] += 1
    except OSError:
        seen.attack["closed"] += 1
    finally:
        if writer is not None:
            writer.transport.abort()


def table(rows: int) -> bytes:
    """A table of that many plays, none of which is refused."""
    random_ = random.Random(5)
    titles = [film.movie for film in sample_films()]
    lines = ["Title,Year,Rating,WatchedDate"]
    for _ in range(rows):
        film, day = (
            random_.choice(titles),
            date(2000, 1, 1) + timedelta(random_.randrange(9_000)),
        )
        lines.append(f'"{film.title}",{film.year},{random_.randint(1, 10) / 2},{day}')
    return "\n".join(lines).encode()


async def imports(server: Server, token: str, seen: Seen, until: float) -> None:
    """Dry runs whose clients hang up, again and again."""
    body = table(ROWS)
    head = (
        f"POST /users/{ATTACKER}/imports?filename=a.csv&dry_run=true HTTP/1.1\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {len(body)}"
    )
    while time.monotonic() < until:
        async with asyncio.TaskGroup() as group:
            for _ in range(DRY_RUNS):
                group.create_task(send(server, head, body, seen, hold=2))
        await asyncio.sleep(1)


async def bodies(server: Server, token: str, seen: Seen, until: float) -> None:
    """Bodies that lack their last byte, held for as long as the server lets them."""
    known = (
        f"POST /users/{ATTACKER}/imports?filename=a.csv HTTP/1.1\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {UPLOAD_BYTES}"
    )
    unknown = (
        "POST /session HTTP/1.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {UNKNOWN_BYTES}"
    )
    blanks = bytes(UPLOAD_BYTES - 1)

    async def again(head: str, body: bytes) -> None:
        while (left := until - time.monotonic()) > 0:
            await send(server, head, body, seen, hold=left)
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        for _ in range(UNKNOWN):
            group.create_task(again(unknown, blanks[: UNKNOWN_BYTES - 1]))
        for _ in range(UPLOADS):
            group.create_task(again(known, blanks))


def read(server: Server, token: str, seconds: float) -> Seen:
    """Ask for what the pages show, one request after the other, as another account."""
    seen = Seen()
    url = f"http://{server.host}:{server.port}"
    headers = {"Authorization": f"Bearer {token}"}

    def ask(client: httpx2.Client, path: str, times: list[float]) -> None:
        began = time.perf_counter()
        try:
            seen.reads[str(client.get(path).status_code)] += 1
        except httpx2.HTTPError as error:
            seen.reads[type(error).__name__] += 1
        times.append(time.perf_counter() - began)

    start = time.monotonic()
    until = start + seconds
    with httpx2.Client(base_url=url, headers=headers, timeout=60) as client:
        turn = 0
        while time.monotonic() < until:
            path, at = READS[turn % len(READS)], time.monotonic() - start
            ask(client, path, seen.seconds)
            seen.slow.append((seen.seconds[-1], at, path))
            if turn % 10 == 0:
                ask(client, "/health/live", seen.live)
                ask(client, "/health/ready", seen.ready)
            turn += 1
            time.sleep(0.05)
    return seen


@asynccontextmanager
async def watched(pid: int, seen: Seen) -> AsyncGenerator[None]:
    """Note the most memory that a process holds meanwhile."""

    async def watch() -> None:
        while True:
            seen.memory = max(seen.memory, memory_of(pid))
            await asyncio.sleep(0.1)

    task = asyncio.create_task(watch())
    try:
        yield
    finally:
        task.cancel()


async def attack(server: Server, tokens: dict[str, str], kind: str, seconds: float) -> Seen:
    """Let the reader read while the attacker attacks, for ``seconds``."""
    url = f"http://{server.host}:{server.port}"
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        answer = await client.post(
            f"/users/{READER}/imports?filename=diary.csv",
            content=diary_csv(300, random.Random(7)),
            headers={"Authorization": f"Bearer {tokens[READER]}"},
        )
        answer.raise_for_status()
    seen = Seen()
    until = time.monotonic() + seconds
    loop = asyncio.get_running_loop()
    # The reader has a process of its own, so that it waits for the server alone.
    with ProcessPoolExecutor(1) as pool:
        reader = loop.run_in_executor(pool, read, server, tokens[READER], seconds)
        await harm(server, tokens[ATTACKER], kind, seen, until)
        found = await reader
    seen.seconds, seen.slow, seen.reads = found.seconds, found.slow, found.reads
    seen.live, seen.ready = found.live, found.ready
    return seen


async def harm(server: Server, token: str, kind: str, seen: Seen, until: float) -> None:
    """Attack until then."""
    async with watched(server.pid, seen), asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(until - time.monotonic()))
        if kind in ("imports", "both"):
            group.create_task(imports(server, token, seen, until))
        if kind in ("bodies", "both"):
            group.create_task(bodies(server, token, seen, until))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--attack", choices=("none", "imports", "bodies", "both"), default="both"
    )
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as data_dir,
        accounts_server(Path(data_dir), (ATTACKER, READER)) as (server, tokens, process),
    ):
        seen = asyncio.run(attack(server, tokens, options.attack, options.seconds))
        began = time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        process.wait(600)
        ended = time.monotonic() - began
    p99 = quantiles(seen.seconds, n=100)[98] if len(seen.seconds) > 1 else seen.seconds[0]
    result = {
        "attack": options.attack,
        "seconds": options.seconds,
        "reads": len(seen.seconds),
        "p50_ms": round(1_000 * median(seen.seconds), 1),
        "p99_ms": round(1_000 * p99, 1),
        "max_ms": round(1_000 * max(seen.seconds), 1),
        "slowest": [
            [round(at, 1), path, round(1_000 * seconds, 1)]
            for seconds, at, path in sorted(seen.slow, reverse=True)[:5]
        ],
        "live_max_ms": round(1_000 * max(seen.live), 1),
        "ready_max_ms": round(1_000 * max(seen.ready), 1),
        "statuses": dict(seen.reads),
        "attack_statuses": dict(seen.attack),
        "memory_mb": round(seen.memory / 2**20),
        "sigterm_seconds": round(ended, 1),
        "exit_status": process.returncode,
    }
    print(json.dumps(result))
    sys.exit(0 if set(seen.reads) == {"200"} else 1)


if __name__ == "__main__":
    main()
