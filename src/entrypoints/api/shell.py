"""The document that every address of the pages gets: the same shell, made ready for its page.

It names the modules of its page, and what the page asks for first, so that a browser fetches
all of it at once and need not find out one after the other. There is no build: which module
imports which is read from the modules themselves.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, unquote

from cinestats.application.access.principal import Principal

_IMPORT = re.compile(r'^(?:import .+|} )from "(\.[^"]+)"', re.MULTILINE)
_CREDITS = frozenset({"director", "actor", "genre"})
_PLAIN = "!'()*"  # what encodeURIComponent leaves as it is besides what quote does


class Shell:
    """``static`` is the folder of the files, ``folder`` what their addresses begin with.

    ``posters`` are how the addresses of posters begin, by source.
    """

    def __init__(self, static: Path, folder: str, posters: Mapping[str, Sequence[str]]) -> None:
        text = (static / "index.html").read_text(encoding="utf-8")
        self._begin, _, self._end = text.replace('"/static/', f'"{folder}').partition("</head>")
        begins = [[f"{at}/", source] for source, bases in posters.items() for at in bases]
        told = html.escape(json.dumps(begins))
        self._posters = f'<meta name="posters" content="{told}">\n' if begins else ""
        modules = _Modules(static)
        self._modules = {
            path.stem: "".join(
                f'<link rel="modulepreload" href="{folder}{module}">\n'
                for module in modules.of("app.js", f"pages/{path.name}")
            )
            for path in (static / "pages").glob("*.js")
        }

    def document(self, path: str, query: Mapping[str, str], caller: Principal) -> str:
        """The document for an address as it is encoded."""
        user, page, rest = _place(path)
        known = caller.kind != "anonymous"
        asked = ["/session"]
        if known and user:
            asked += _asked(user, page, rest, query, own=caller.owns(user))
        links = "".join(
            f'<link rel="preload" as="fetch" crossorigin href="{html.escape(each)}">\n'
            for each in asked
        )
        posters = self._posters if known else ""
        return f"{self._begin}{posters}{links}{self._modules.get(page, '')}</head>{self._end}"


def _place(path: str) -> tuple[str, str, Sequence[str]]:
    """Whose page it is, which one, and what follows; as ADDRESSES in app.js has it."""
    first, *parts = [unquote(part) for part in path.strip("/").split("/")]
    if first != "u" or not parts:
        return "", first or "home", ()
    user, page, *rest = [*parts, "overview"] if len(parts) == 1 else parts
    return user, "credits" if page in _CREDITS else page, rest


def _asked(
    user: str, page: str, rest: Sequence[str], query: Mapping[str, str], *, own: bool
) -> Iterator[str]:
    """What the page asks for first, letter by letter as it does so."""
    base = f"/users/{quote(user, safe=_PLAIN)}"
    if page == "overview" and query.keys() <= {"period"}:
        yield f"{base}/overview?period={quote(query.get('period') or 'all', safe=_PLAIN)}"
        if own:
            yield f"{base}/enrich"
    elif page == "year" and rest and not query:
        yield f"{base}/overview?period={quote(rest[0], safe=_PLAIN)}"
    elif page == "diary" and not query:
        yield f"{base}/diary?limit=50"


class _Modules:
    """Which modules import which."""

    def __init__(self, static: Path) -> None:
        self._static = static.resolve()
        self._imports: dict[str, Sequence[str]] = {}

    def of(self, *modules: str) -> Sequence[str]:
        """These, and all that they import, directly or not."""
        found: dict[str, None] = {}
        left = list(modules)
        while left:
            module = left.pop(0)
            if module not in found:
                found[module] = None
                left += self._imported(module)
        return tuple(found)

    def _imported(self, module: str) -> Sequence[str]:
        if module not in self._imports:
            path = self._static / module
            names = _IMPORT.findall(path.read_text(encoding="utf-8"))
            self._imports[module] = [
                (path.parent / name).resolve().relative_to(self._static).as_posix()
                for name in names
            ]
        return self._imports[module]
