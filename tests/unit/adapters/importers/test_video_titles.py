"""Titles of episodes and trailers in the languages of streaming services, and of films."""

import pytest

from cinestats.adapters.importers.video_titles import is_episode, is_trailer

EPISODES = [
    "Peaky Blinders: Season 6: Gold",
    "DAHMER: Monster: Doin A Dahmer (Episode 3)",
    "Money Heist: Part 4: Game Over",
    "Love, Death & Robots: Volume 1: Suits",
    "Stranger Things: Chapter Eight: The Upside Down",
    "Maid: Limited Series: Dollar Store",
    "Big Mistakes: Limited Series: Episode 1",
    "Kota Factory: Season Three: Pressure",
    "Suits: The Final Season: One Last Con",
    "Arcane: Staffel 2: Der Dreck unter deinen Nägeln",
    "Perdus dans l'espace: Saison 1: Infestés",
    "The Handmaid's Tale\u00a0: La Servante écarlate: Saison 1: Épisode 3",
    "Sur tes traces: Mini-série: Épisode 4",
    "GIGN: Épisode 1",
    "Shangri-La Frontier: 1st Saison: Le seul et l'unique",
    "La casa de las flores: Temporada 1: Capítulo 1",
    "Vis a vis: 1ª temporada: A",
    "Suburra: Stagione 1: 21 giorni",
    "1670: Sezon 1: Odcinek 2",
    "Undercover: Seizoen 2: Aflevering 3",
    "Bron: Säsong 1: Avsnitt 1",
    "Aşk 101: 1. Sezon: 3. Bölüm",
    "Дело: Сезон 1: Серия 3",
    "進撃の巨人: シーズン1: 二千年後の君へ",
    "오징어 게임: 시즌 1: 무궁화 꽃이 피던 날",
    "三体: 第 1 季: 第 3 集",
    "قابيل: الموسم 1: الحلقة 3",
    " : Episode 7",
    ": Season 1: Pilot",
]
FILMS = [
    "Gladiator",
    "Mission: Impossible",
    "2001: A Space Odyssey",
    "Star Trek: The Motion Picture",
    "The Lord of the Rings: The Two Towers",
    "Black Mirror: Bandersnatch",
    "Avatar\u00a0: La Voie de l'eau",
    "The Godfather: Part II",
    "John Wick: Chapter 4",
    "Insidious: Capítulo 3",
    "Kill Bill: Vol. 2",
    "Dune: Part Two",
    "The Twilight Saga: Breaking Dawn: Part 2",
    "Rebel Moon — Part One: A Child of Fire",
    "Fear Street Part 1: 1994",
    "Star Wars: Episode IV: A New Hope",
    "Star Wars: Episode V",
    "It Chapter Two",
    "Season of the Witch",
    "Open Season: Scared Silly",
    "The Book of Life",
    "24 Hour Party People",
    "Batman: The Long Halloween, Part One",
    "$",
    "…",
    "",
]


@pytest.mark.parametrize("title", EPISODES)
def test_the_title_of_an_episode_tells_so(title):
    """By its season, its number, or as part of a limited series."""
    assert is_episode(title)


@pytest.mark.parametrize("title", FILMS)
def test_a_film_is_none_for_its_colon_or_its_part(title):
    """Its title stays whole."""
    assert not is_episode(title)
    assert not is_trailer(title)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Heat (Trailer)", True),
        ("Dune: Official Trailer 2", True),
        ("Wednesday: Bande-annonce officielle", True),
        ("Сталкер: Трейлер", True),
        ("Roma_hook_primary_16x9", True),
        ("Trailer", False),
        ("Teaser", False),
        ("Trailer Park Boys: The Movie", False),
        ("Hook", False),
    ],
)
def test_a_trailer_is_told_by_its_end(title, expected):
    """A film may have the word in its name."""
    assert is_trailer(title) is expected
