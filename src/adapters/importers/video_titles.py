"""What the title of a video says of it, where a streaming service has no column for that."""

import re

from cinestats.domain.titles import normalize_title

# As streaming services write them in the languages of the larger film countries.
_SEASON = (
    *("season", "series", "staffel", "saison", "temporada", "stagione", "sezon", "seizoen"),
    *("säsong", "sæson", "sesong", "kausi", "évad", "sezóna", "řada", "séria", "sezonul"),
    *("κύκλος", "сезон", "シーズン", "시즌", "季", "الموسم", "עונה", "ซีซั่น", "mùa", "musim"),
)
_LIMITED = (
    *("limited series", "mini-series", "miniseries", "miniserie", "mini-serie", "mini-série"),
    *("serie limitada", "minissérie", "série limitée", "serie limitata"),
    *("limitierte serie", "miniserial", "мини-сериал", "minisorozat", "minisarja", "mini dizi"),
    *("リミテッドシリーズ", "리미티드 시리즈", "미니시리즈", "限定劇集", "迷你剧"),
)
_EPISODE = (
    *("episode", "épisode", "episodio", "episódio", "folge", "odcinek", "aflevering"),
    *("avsnitt", "afsnit", "episod", "jakso", "bölüm", "epizod", "epizoda", "rész", "díl"),
    *("επεισόδιο", "серия", "эпизод", "エピソード", "話", "화", "集", "الحلقة", "פרק", "tập"),
)
# Films have these, too: they tell of a series only where the name of an episode follows.
_PART = (
    *("part", "volume", "vol", "chapter", "book", "teil", "kapitel", "buch", "partie"),
    *("chapitre", "livre", "parte", "capítulo", "libro", "volumen", "capitolo", "część"),
    *("rozdział", "deel", "hoofdstuk", "del", "bölüm", "часть", "глава", "パート", "파트"),
)
_TRAILER = (
    *("trailer", "teaser", "tráiler", "bande-annonce", "zwiastun", "fragman", "трейлер"),
    *("тизер", "予告編", "예고편", "預告", "预告片"),
)


def _any_of(words: tuple[str, ...]) -> str:
    keys = sorted({normalize_title(word) for word in words}, key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, keys))})"


_NUMBER = (
    r"(?:\d{1,4}|[ivx]{1,5}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_ORDINAL = r"(?:(?:di|je) )?\d{1,4}[a-z]{0,3}"  # "1st", "1ª", and what 第1 and 제1 become
_IS_SEASON, _IS_EPISODE = (
    re.compile(rf"(?:the )?final {words}|{_ORDINAL} ?{words}|{words} ?{_NUMBER}")
    for words in (_any_of(_SEASON), _any_of(_EPISODE))
)
_IS_LIMITED = re.compile(_any_of(_LIMITED))
_IS_PART = re.compile(rf"{_any_of(_PART)} {_NUMBER}|{_ORDINAL} {_any_of(_PART)}")
_IS_TRAILER = re.compile(rf"(?:\w+ ){{0,2}}{_any_of(_TRAILER)}(?: \w+)?")
_ROMAN = re.compile(r"\b[ivx]{1,5}$")
_HOOK = re.compile(r"_hook(_|$)", re.IGNORECASE)  # "Title_hook_primary_16x9"
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]\s*$")


def is_episode(title: str) -> bool:
    """Whether a title is that of an episode, such as "Arcane: Season 1: Welcome".

    A film whose title has a colon, or ends with its part, is none.

    >>> is_episode("Dahmer (Episode 3)"), is_episode("John Wick: Chapter 4")
    (True, False)
    """
    name, *parts = map(normalize_title, re.split("[:：]", title))
    if not name.strip(" .:"):  # ": Season 1: Pilot": of a series that the service took down
        return bool(parts)
    # "Star Wars: Episode IV" is a film: an episode's number is written in digits.
    bracket = _BRACKETS.search(title)
    last = parts[-1:] + ([normalize_title(bracket[1])] if bracket else [])
    return (
        any(_IS_SEASON.fullmatch(part) or _IS_LIMITED.fullmatch(part) for part in parts)
        or any(_IS_EPISODE.fullmatch(part) and not _ROMAN.search(part) for part in last)
        or any(_IS_PART.fullmatch(part) for part in parts[:-1])
    )


def is_trailer(title: str) -> bool:
    """Whether a title is that of a trailer, such as "Heat (Trailer)".

    >>> is_trailer("Heat: Official Trailer"), is_trailer("Trailer Park Boys: The Movie")
    (True, False)
    """
    _, *parts = re.split("[:：]", title)
    bracket = _BRACKETS.search(title)
    last = parts[-1:] + ([bracket[1]] if bracket else [])
    return bool(_HOOK.search(title)) or any(
        _IS_TRAILER.fullmatch(normalize_title(part)) for part in last
    )
