"""Steps that import files, and undo it."""

from pytest_bdd import parsers, step, then, when

from cinestats.application.imports.undo import past_imports, undo_import

from .world import World

FILES = {
    "watched.csv": (
        "Date,Name,Year,Letterboxd URI\n"
        "2025-01-21,Inception,2010,u/1\n"
        "2025-01-22,Ran,1985,u/2\n"
    ),
    "diary.csv": (
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
        "2025-01-21,Inception,2010,u/3,4,,,2025-01-20\n"
    ),
}


@step(parsers.re(r'(?P<user>\w+) (?:imports|imported) "(?P<name>[^"]+)"$'))
def imports(world: World, user: str, name: str, docstring: str) -> None:
    world.load(user, name, docstring)


@when(parsers.parse('{user} imports "{first}" and "{second}"'))
def imports_two(world: World, user: str, first: str, second: str) -> None:
    for name in (first, second):
        world.load(user, name, FILES[name])


@when(parsers.parse("{user} undoes the import"))
def undo(world: World, user: str) -> None:
    app = world.app
    (past,) = past_imports(app.log().of_user(user))
    undo_import(app.keeper(), user=user, import_id=past.import_id)


@then(parsers.re(r"(?P<read>\d+) rows are read: (?P<figures>.+)"))
def counts(world: World, read: str, figures: str) -> None:
    report = world.report
    assert report is not None
    assert report.read == int(read)
    assert figures == (
        f"{report.added} added, {report.updated} updated, {report.skipped} skipped,"
        f" {len(report.rejected)} rejected"
    )


@then(parsers.parse('line {line:d} is rejected because "{reason}"'))
def rejected_line(world: World, line: int, reason: str) -> None:
    assert world.report is not None
    (row,) = world.report.rejected
    assert row.line == line
    assert reason in row.reason.lower()
