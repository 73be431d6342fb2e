"""What a fuzzer calls: each target takes any bytes, and may only refuse them in a sentence.

``python -m tests.fuzz TARGET SECONDS`` runs one under atheris, where that is installed;
``tests/unit/adapters/test_corpus.py`` gives each what the fuzzer found worth keeping.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from zoneinfo import ZoneInfo

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.event_json import read_event
from cinestats.adapters.importers import read_export
from cinestats.adapters.importers.archive import Archive
from cinestats.adapters.letterboxd_rss import read_rss
from cinestats.domain.errors import CinestatsError

ROME = ZoneInfo("Europe/Rome")
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
XLSX_PARTS = {
    "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
    b'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
    b'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    b"</Relationships>",
    "xl/workbook.xml": b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    b'main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    b'<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/'
    b'package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.'
    b'org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    b"</Relationships>",
}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A zip file of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _archive(data: bytes) -> None:
    with suppress(CinestatsError):
        archive = Archive(data)
        for name in archive.names:
            with suppress(CinestatsError):
                archive.read(name)
    with suppress(CinestatsError):
        read_export("export.zip", data, zone=ROME)


def _named(name: str) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        with suppress(CinestatsError):
            read_export(name, data, zone=ROME)

    return target


def _xlsx(data: bytes) -> None:
    _named("a.xlsx")(packed({**XLSX_PARTS, "xl/worksheets/sheet1.xml": data}))


def _ods(data: bytes) -> None:
    _named("a.ods")(packed({"mimetype": ODS, "content.xml": data}))


def _event(data: bytes) -> None:
    with suppress(CinestatsError):
        read_event(data, ROME)


def _feed(data: bytes) -> None:
    with suppress(CinestatsError):
        read_rss(data, ROME)


def _catalogue(data: bytes) -> None:
    with suppress(CinestatsError):
        read_catalogue(data)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "archive": _archive,
    "csv": _named("diary.csv"),
    "json": _named("history.json"),
    "html": _named("votes.xls"),
    "xlsx": _xlsx,
    "ods": _ods,
    "event": _event,
    "feed": _feed,
    "catalogue": _catalogue,
}
