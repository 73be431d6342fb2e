"""Commands that follow accounts of other services."""

from datetime import tzinfo
from typing import Annotated

import typer
from typer import Argument

from cinestats.adapters.documents import Document
from cinestats.adapters.documents.following import FollowedAnswer
from cinestats.adapters.documents.reports import ReportAnswer
from cinestats.application.following.accounts import (
    FollowedAccount,
    FollowedService,
    unfollow,
)
from cinestats.application.following.accounts import follow as begin
from cinestats.domain.errors import InvalidInput
from cinestats.entrypoints import terminal

from .arguments import AsJson, User
from .session import note, opened, print_json


def follow(
    user: User,
    service: Annotated[
        FollowedService | None, Argument(metavar="SERVICE", help="Where: letterboxd.")
    ] = None,
    name: Annotated[
        str | None, Argument(metavar="NAME", help="The name in the account's address.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Follow a public account: its new diary entries come in. Without one, list them.

    The account's feed is asked for now, and then by cinestats serve, at most once in half an
    hour. Exit code 1 when it could not be had now; it is followed all the same, unless there is
    no such account.
    """
    if service is None:
        _list(user, as_json)
    elif name is None:
        raise InvalidInput("NAME", "is missing: the one in the account's address")
    else:
        _follow(user, service, name, as_json)


def stop(
    user: User,
    service: Annotated[FollowedService, Argument(metavar="SERVICE", help="letterboxd.")],
    name: Annotated[str, Argument(metavar="NAME", help="The account's name.")],
) -> None:
    """Follow an account no more; what it brought stays."""
    with opened() as container:
        unfollow(container.followed(), user, service, name)
    typer.echo(f"{user} does not follow {name} on {service} any more.")


def _follow(user: str, service: FollowedService, name: str, as_json: bool) -> None:
    with opened() as container:
        followed, zone = container.followed(), container.zone()
        account = begin(followed, container.clock(), user, service, name)
        is_new = account.asked.asked_at is None
        poll = container.poller().poll(account)
        if poll is None:
            note(f"Not asked again yet: {user} follows {account.name} already.")
        else:
            account = poll.account
            container.projector().catch_up()
            if poll.error is not None and poll.error.gone and is_new:
                followed.remove(user, service, account.name)
                raise poll.error
    report = None if poll is None else poll.report
    for sentence in () if poll is None else poll.notes:
        note(sentence)
    if report is not None and report.changes:
        note(f"This was {report.import_id}; cinestats undo {user} takes it back.")
    if as_json:
        taken_in = None if report is None else ReportAnswer.of(report).document()
        print_json({**_document(account, zone), "report": taken_in})
    elif report is not None:
        terminal.show(terminal.import_page("Letterboxd feed", report))
    else:
        typer.echo(account.asked.result or "")
    if poll is not None and poll.error is not None:
        raise typer.Exit(1)


def _list(user: str, as_json: bool) -> None:
    with opened() as container:
        accounts, zone = container.followed().of_user(user), container.zone()
    if as_json:
        print_json([_document(account, zone) for account in accounts])
    elif accounts:
        terminal.show(terminal.followed_table(accounts, zone))
    else:
        typer.echo(f"{user} follows nobody.")


def _document(account: FollowedAccount, zone: tzinfo) -> Document:
    return FollowedAnswer.of(account, account.asked, zone=zone).document()
