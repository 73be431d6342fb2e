"""Home mode's token: who has it is the owner of every diary."""

import os
import secrets
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


def home_link(host: str, port: int, token: str) -> str:
    """The address that opens the pages.

    >>> home_link("::1", 8000, "secret")
    'http://[::1]:8000/?token=secret'
    """
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/?token={quote(token)}"


def _create(path: Path, token: str) -> None:
    """Write the file whole and for this user alone, unless somebody else has just done so."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"token.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(token + "\n")
            file.flush()
            os.fsync(descriptor)
        os.link(draft, path)  # unlike a rename, it never replaces a token
    except FileExistsError:
        return  # another process was first; its token is the one
    finally:
        draft.unlink()
