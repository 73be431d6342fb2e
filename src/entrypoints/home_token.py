"""Home mode's token: who has it is the owner of every diary."""

import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import quote

from cinestats.adapters import own
from cinestats.adapters.ids import new_secret
from cinestats.application.ports import StoreUnavailable
from cinestats.domain.errors import InvalidInput

from .settings import MIN_TOKEN_LENGTH, Settings


def home_token(settings: Settings) -> str:
    """The token of the settings, else that of the data folder, made at first.

    The memory backend has no folder, so each call makes another token. Raises
    StoreUnavailable when the file cannot be used. Never log what this returns.
    """
    if settings.token is not None:
        return settings.token.get_secret_value()
    if settings.backend == "memory":
        return new_secret()
    path = settings.data_dir / "token"
    own.refuse_open_folder(path.parent)
    own.refuse_foreign_file(path)
    try:
        if not path.exists():
            _create(path, new_secret())
        token = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StoreUnavailable(f"Cannot use the file {path}: {error.strerror}.") from error
    except UnicodeDecodeError:
        token = ""
    if len(token) < MIN_TOKEN_LENGTH:
        raise InvalidInput(str(path), "holds no token; delete it, and another one is made")
    return token


def server_url(host: str, port: int) -> str:
    """The address of a server.

    >>> server_url("::1", 8000)
    'http://[::1]:8000'
    """
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def home_link(host: str, port: int, token: str) -> str:
    """The address that opens the pages.

    >>> home_link("::1", 8000, "secret")
    'http://[::1]:8000/?token=secret'
    """
    return f"{server_url(host, port)}/?token={quote(token)}"


def written_link(settings: Settings, link: str) -> Path:
    """The file, for one user of the system alone, that the link was written to.

    The memory backend has no folder, so there it is one of the system's temporary files.
    Raises StoreUnavailable when it cannot be written.
    """
    path = settings.data_dir / "link"
    try:
        if settings.backend == "memory":
            descriptor, name = tempfile.mkstemp(prefix="cinestats-link-")  # mode 0600
            with open(descriptor, "w", encoding="ascii") as file:
                file.write(link + "\n")
            return Path(name)
        draft = _draft(path, link)
        draft.replace(path)
    except OSError as error:
        raise StoreUnavailable(f"Cannot write the file {path}: {error.strerror}.") from error
    return path


def _create(path: Path, token: str) -> None:
    """Write the file whole and for this user alone, unless somebody else has just done so."""
    draft = _draft(path, token)
    try:
        os.link(draft, path)  # unlike a rename, it never replaces a token
    except FileExistsError:
        return  # another process was first; its token is the one
    finally:
        draft.unlink()


def _draft(path: Path, line: str) -> Path:
    """A file beside ``path``, for this user alone, that holds the line."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(descriptor)
    return draft
