"""Commands that decide who may see what: accounts of a server, the link of a home."""

import sys
from dataclasses import replace
from typing import Annotated

import typer
from typer import Option

from cinestats.application.access.accounts import account_of
from cinestats.application.access.ports import Account
from cinestats.application.access.quotas import quota_of
from cinestats.application.access.reset import reset_path
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints import terminal

from .arguments import AsJson, User, Yes
from .session import note, opened, print_json

app = typer.Typer(help="Look after the accounts of a server.")

_ACTOR = "command line"
_MAX_LINE = 4096  # in characters

FromStdin = Annotated[
    bool, Option("--password-stdin", help="Take the password from the first line of stdin.")
]


@app.command("add")
def add(
    name: User,
    admin: Annotated[
        bool, Option("--admin", help="Let the user look after the server.")
    ] = False,
    oidc_subject: Annotated[
        str | None,
        Option(
            metavar="SUB",
            help="The user's subject at the OIDC issuer; then no password is asked for.",
        ),
    ] = None,
    password_stdin: FromStdin = False,
) -> None:
    """Make an account; a diary of that name that is there already becomes its own."""
    asked = password_stdin or oidc_subject is None
    password = _ask_password(password_stdin) if asked else None
    with opened() as container:
        account = container.account_manager().register(
            name,
            password,
            actor=_ACTOR,
            is_admin=admin,
            oidc_issuer=container.settings().oidc_issuer if oidc_subject else None,
            oidc_subject=oidc_subject,
            claims_diary=True,
        )
    typer.echo(f"{account.user_id} has an account now.")


@app.command("list")
def list_accounts(as_json: AsJson = False) -> None:
    """List the accounts."""
    with opened() as container:
        accounts, zone = container.accounts().all(), container.zone()
    if as_json:
        print_json([_account_document(account) for account in accounts])
    else:
        terminal.show(terminal.accounts_table(accounts, zone))


def _account_document(account: Account) -> dict[str, object]:
    """The account without its secrets."""
    return {
        "user_id": account.user_id,
        "is_admin": account.is_admin,
        "privacy": account.privacy,
        "has_password": account.password_hash is not None,
        "oidc_issuer": account.oidc_issuer,
        "oidc_subject": account.oidc_subject,
        "created_at": account.created_at,
    }


@app.command("password")
def set_password(name: User, password_stdin: FromStdin = False) -> None:
    """Set a user's password and end all their sessions."""
    with opened() as container:
        account_of(container.accounts(), name)  # before anything is asked
        container.account_manager().reset_password(name, _ask_password(password_stdin), _ACTOR)
    typer.echo(f"{name} has a new password.")


@app.command("reset")
def reset(name: User) -> None:
    """Print a link by which a user sets a new password: once, within a day."""
    with opened() as container:
        settings = container.settings()
        made = container.password_resets().make(name, _ACTOR)
    from cinestats.entrypoints.home_token import server_url  # settings take long to load

    at = settings.public_url or server_url(settings.host, settings.port)
    typer.echo(at + reset_path(made.secret))
    note("Give it to nobody else: who opens it sets the password.")


_Limit = Annotated[
    str | None, Option(metavar="N", help="At most so many; `default` is what the settings say.")
]


@app.command("quota")
def quota(
    name: User,
    entries: _Limit = None,
    storage_bytes: _Limit = None,
    tokens: _Limit = None,
    webhooks: _Limit = None,
    as_json: AsJson = False,
) -> None:
    """Show what an account has and may have, or set what it may have."""
    given = {
        "entries": entries,
        "storage_bytes": storage_bytes,
        "tokens": tokens,
        "webhooks": webhooks,
    }
    with opened() as container:
        quotas = container.quotas()
        own = quota_of(account_of(container.accounts(), name))
        if said := {key: _limit(key, text) for key, text in given.items() if text is not None}:
            quotas.set(name, replace(own, **said), _ACTOR)
        usage = quotas.usage(name)
    if as_json:
        print_json({key: used._asdict() for key, used in usage._asdict().items()})
    else:
        for key, used in usage._asdict().items():
            limit = "no limit" if used.limit is None else f"of {used.limit:,}"
            typer.echo(f"{key.replace('_', ' ')}: {used.used:,} {limit}")


def _limit(name: str, text: str) -> int | None:
    if text == "default":
        return None
    if not (text.isascii() and text.isdecimal()):
        raise InvalidInput(name, f"found {text[:40]!r}, expected a whole number or default")
    return int(text[:20])


@app.command("remove")
def remove(
    name: User,
    yes: Yes = False,
) -> None:
    """End an account with its sessions, tokens, hooks and webhooks; the diary stays."""
    with opened() as container:
        account_of(container.accounts(), name)  # before anything is asked
        if not yes:
            typer.confirm(f"End the account of {name}?", abort=True)
        container.account_manager().remove(name, _ACTOR)
    typer.echo(f"{name} has no account any more.")
    note("The diary is still there; cinestats forget erases it.")


def token() -> None:
    """Print the link that opens the pages at home; who has it sees every diary."""
    from cinestats.entrypoints.home_token import home_link, home_token

    with opened() as container:
        settings = container.settings()
    if settings.access == "server":
        note("A server has no link: its users sign in; see cinestats user --help.")
        raise typer.Exit(1)
    if settings.backend == "memory" and settings.token is None:
        note("There is no link yet: with the memory backend, each server makes and prints one.")
        raise typer.Exit(1)
    typer.echo(home_link(settings.host, settings.port, home_token(settings)))


def _ask_password(from_stdin: bool) -> str:
    """The password, typed twice unseen, or read from stdin."""
    if not from_stdin:
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    try:
        line = sys.stdin.readline(_MAX_LINE)
    except UnicodeDecodeError as error:
        raise InvalidInput("password", "must be valid Unicode text") from error
    return line.removesuffix("\n").removesuffix("\r")
