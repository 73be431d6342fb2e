"""Text as it was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.adapters.importers.mending import mended


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("AmÃ©lie", "Amélie"),
        ("AmÃƒÂ©lie", "Amélie"),
        ("Episode III â\x80\x93 Revenge", "Episode III – Revenge"),
        ("Oceanâ€™s Eleven", "Ocean’s Eleven"),
        ("Ð¡Ñ‚Ð°Ð»ÐºÐµÑ€", "Сталкер"),
        ("A\0lien\x1b", "Alien"),
        ("Amélie\x85", "Amélie…"),
        ("Greed\ud800", "Greed\ufffd"),
    ],
)
def test_damage_is_undone(cell, meant):
    """UTF-8 that was encoded twice or thrice; control characters."""
    assert mended(cell) == meant


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "SÃO PAULO",
            "Amélie",
            "“Heat”",
            "L’Été",
            "8½",
            "ﬁn",
            "ＡＢＣ",
            "Tom &amp; Jerry",
            "千と千尋",
        ),
        *("one\ntwo", "a\tb", "Â", "Æon Flux", "É", "¡Átame!", "WALL·E", "Pâté – À la", "Ã"),
    ],
)
def test_text_in_order_is_left_alone(cell):
    """Its quotes, ligatures, widths and lines are the writer's own."""
    assert mended(cell) == cell


@given(st.text())
def test_mending_leaves_no_control_character_and_is_done_once(text):
    """Hypothesis: whatever comes in can be stored."""
    better = mended(text)
    assert not any(c < " " and c not in "\t\r\n" for c in better)
    better.encode()
