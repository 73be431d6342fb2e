"""The server asks other hosts for nothing, apart from what somebody set it up to ask."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
NETWORK = {
    "aiohttp",
    "ftplib",
    "http",
    "httpx",
    "httpx2",
    "requests",
    "smtplib",
    "socket",
    "urllib",
    "urllib3",
}
HARMLESS = {"http.HTTPStatus", "urllib.parse"}  # no connection is made with these

# The clients of Kafka and MongoDB go where the settings say.
CONNECTING = {
    "adapters/guarded_http.py",  # for those that follow
    "adapters/issuer_http.py",  # to the OIDC issuer of the settings, and where it says
    "adapters/posters/host.py",  # to the image hosts of the sources that the owner turned on
    "adapters/letterboxd_feed.py",  # to Letterboxd, for the accounts that somebody follows
    "adapters/sources/imdb_fetch.py",  # to IMDb's one host, on the owner's command
    "adapters/sources/http.py",  # to the sources of films that the owner turned on
    "adapters/webhook_sender.py",  # to what a user made a webhook for
    "entrypoints/api/server.py",  # to nobody: others connect to it
}


def imported(path: Path) -> set[str]:
    """What a module imports, as dotted names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_few_modules_can_connect_to_anything() -> None:
    """None of them takes an address out of an event, such as that of a poster."""
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for name in imported(path)
        if name.partition(".")[0] in NETWORK
        and name not in HARMLESS
        and not name.startswith("urllib.parse.")
    }
    assert found == CONNECTING
