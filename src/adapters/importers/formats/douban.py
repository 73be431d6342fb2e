"""Douban's films, as the userscript 豆瓣读书+电影+音乐+游戏+舞台剧导出工具 writes them.

标题 (all titles, parted by " / ", the Chinese one first), 个人评分 (out of five), 打分日期
(2020/07/17), 我的短评, 上映日期 (2019/10/18), 制片国家, 条目链接. The file of films to see
has neither rating nor day. Series are among the films, and nothing tells them apart. Books,
music, games and stage plays have other columns.
"""

from functools import partial

from cinestats.adapters.importers import cells
from cinestats.adapters.importers.listed import KEPT, kept, whole
from cinestats.adapters.importers.ratings import half_stars
from cinestats.adapters.importers.registry import Confidence, Importer, Options
from cinestats.adapters.importers.source import Source
from cinestats.adapters.importers.table import Export, Record, column_key
from cinestats.application.imports.rows import ImportedRow
from cinestats.domain.lists import watchlist_of

_TITLE, _RATING, _RATED, _REVIEW, _RELEASED, _COUNTRY, _LINK = map(
    column_key,
    ("标题", "个人评分", "打分日期", "我的短评", "上映日期", "制片国家", "条目链接"),
)
_NOTE = "The file does not tell series from films: both were read."
_FILMS = {_TITLE, _RELEASED, _COUNTRY, _LINK}


def recognises(source: Source) -> Confidence:
    """Whether the columns are those of the script's file of films."""
    return Confidence.CERTAIN if set(source.table.columns) >= _FILMS else Confidence.NO


@Importer(
    "douban",
    label="Douban",
    hint={
        "en": "db-movie-….csv of the userscript that exports films watched.",
        "it": "db-movie-….csv dello script per il browser che esporta i film visti.",
    },
    recognises=recognises,
)
def read(source: Source, options: Options) -> Export:
    """Read the films watched; the day is the one on which they were marked so.

    Those to see are kept as a watchlist.
    """
    table = source.table

    def read_row(record: Record) -> ImportedRow:
        return ImportedRow(
            line=record.line,
            kind="film",
            title=record.read(_first_title, _TITLE),
            year=record.try_read(_release_year, _RELEASED),
            rating=record.try_read(partial(half_stars, scale=5), _RATING),
            logged_on=record.try_read(options.day, _RATED),
            review=record.read(cells.text, _REVIEW),
        )

    if _RATED in table.columns:
        return table.export("Douban films", read_row, _NOTE)
    films = watchlist_of("douban")
    note = f"A watchlist holds films to see. {KEPT}"
    wishes = table.export("Douban wishes", lambda record: kept(read_row(record), films), note)
    return whole(wishes, films)


def _first_title(cell: str, field: str) -> str:
    return cells.title(" ".join(cell.partition(" / ")[0].split()), field)


def _release_year(cell: str, field: str) -> int | None:
    return cells.year(cell[:4], field)
