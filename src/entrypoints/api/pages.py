"""The pages: one shell for every address, which the link of a home server opens.

The shell names its files under a folder that changes with them, so that a browser may keep
them for ever and asks for none of them again. They go out compressed: the libraries as ``make
assets`` left them beside the modules, the pages' own files as they are first asked for.
"""

import gzip
import hashlib
import mimetypes
import os
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from cinestats.adapters.posters.places import poster_places
from cinestats.adapters.sources.settings import SourceSettings
from cinestats.entrypoints.api.access.access import InjectedAccess
from cinestats.entrypoints.api.http.compress import accepts
from cinestats.entrypoints.api.http.principal import principal_of

from .shell import Shell

STATIC = Path(str(files("cinestats.entrypoints.web"))) / "static"
_VERSION_FOLDER = re.compile(r"v-[0-9a-f]{16}")
_MADE = {"br": ".br", "gzip": ".gz"}
"""What ``make assets`` leaves beside a library, by encoding, the smallest first."""
_TEXT = frozenset({".css", ".html", ".js", ".md", ".svg", ".txt"})


def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(STATIC)}\n".encode())
            digest.update(path.read_bytes())
    return f"v-{digest.hexdigest()[:16]}"


VERSION = _version()
STYLES = "pages.css"


def page_shell(settings: SourceSettings) -> Shell:
    """The shell of a server; pages show the posters of the sources that are on."""
    return Shell(STATIC, f"/static/{VERSION}/", poster_places(settings))


class PageFiles(StaticFiles):
    """The files of the pages, with and without a folder for their version.

    A page that was opened before an upgrade still finds them under the version it knows, but
    then nobody is to keep them.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        folder, _, rest = path.partition("/")
        if _VERSION_FOLDER.fullmatch(folder) is None:
            return await self._response(path, scope)
        response = await self._response(rest, scope)
        if folder == VERSION:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    async def _response(self, path: str, scope: Scope) -> Response:
        if path != STYLES:
            return await super().get_response(path, scope)
        return self._unless_kept(_styles(Headers(scope=scope)), scope)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, compressed where that is asked for."""
        path, headers = Path(full_path), Headers(scope=scope)
        if path.suffix not in _TEXT:
            return super().file_response(full_path, stat_result, scope, status_code)
        response = _encoded(path, stat_result, headers.get("accept-encoding", ""))
        return self._unless_kept(response, scope)

    def _unless_kept(self, response: Response, scope: Scope) -> Response:
        response.headers["Vary"] = "Accept-Encoding"
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response


def _styles(asked: Headers) -> Response:
    """The styles of all pages as one file: each more would hold up the first paint."""
    zipped = accepts(asked.get("accept-encoding", ""), "gzip")
    headers = {"ETag": f'"{VERSION}{"-gzip" if zipped else ""}"'}
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(_joined(zipped), headers=headers, media_type="text/css")


@cache
def _joined(zipped: bool) -> bytes:
    of_pages = sorted(set((STATIC / "css").glob("*.css")) - {STATIC / "css" / "docs.css"})
    styles = b"".join(path.read_bytes() for path in of_pages)
    return gzip.compress(styles, mtime=0) if zipped else styles


def _encoded(path: Path, known: os.stat_result, accepted: str) -> Response:
    """A file of text in the best encoding that the caller takes."""
    kind = mimetypes.guess_type(path)[0] or "text/plain"
    for encoding, suffix in _MADE.items():
        made = path.with_name(path.name + suffix)
        if accepts(accepted, encoding) and made.is_file():
            headers = {"Content-Encoding": encoding}
            return FileResponse(made, headers=headers, media_type=kind, stat_result=made.stat())
    plain = FileResponse(path, media_type=kind, stat_result=known)
    if not accepts(accepted, "gzip"):
        return plain
    etag = f'"{plain.headers["etag"].strip(chr(34))}-gzip"'
    headers = {"Content-Encoding": "gzip", "ETag": etag}
    return Response(_compressed(path), headers=headers, media_type=kind)


@cache
def _compressed(path: Path) -> bytes:
    """A file of the pages, kept: they are few and small, and change only with the program."""
    return gzip.compress(path.read_bytes(), mtime=0)


_REFERENCE = (
    (STATIC / "docs.html").read_text("utf-8").replace('"/static/', f'"/static/{VERSION}/')
)

router = APIRouter(include_in_schema=False)


@router.get("/")
@router.get("/reset")
@router.get("/notices")
@router.get("/u/{rest:path}")
async def page(request: Request, access: InjectedAccess) -> Response:
    """The shell. Opened with the home's token, it sets the cookie and drops the token."""
    query = request.query_params
    if access.household is None or not access.household.opens(query.get("token", "")):
        caller = principal_of(request.scope)
        shell: Shell = request.app.state.shell
        path = request.scope["raw_path"].decode("latin-1")
        return HTMLResponse(shell.document(path, query, caller))
    kept = urlencode([(name, value) for name, value in query.multi_items() if name != "token"])
    path = request.scope["raw_path"].decode("latin-1")
    response = RedirectResponse(f"{path}?{kept}" if kept else path, 303)
    access.set_cookie(response, access.household.cookie)
    return response


@router.get("/docs")
async def reference() -> Response:
    """The reference of the API."""
    return HTMLResponse(_REFERENCE)
