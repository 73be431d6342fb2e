"""What is decided where a topic and MongoDB differ on where counting stands."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from cinestats.adapters.memory.topic_positions import MemoryTopicPositions
from cinestats.application.streaming.losses import (
    RecordsLost,
    TopicShorter,
    give_up_losses,
    lag_of_topic,
    parse_lost,
    to_give_up,
)
from cinestats.application.streaming.ports import Bounds, GivenUp, Lost
from cinestats.domain.errors import CinestatsError, InvalidInput

NOON = datetime(2025, 1, 20, 12, tzinfo=UTC)
GONE = Lost(0, 100, 250)


@pytest.mark.parametrize(
    ("positions", "bounds", "accepted", "given_up", "expected"),
    [
        # Nothing is lost: not begun, in the middle, at the end, emptied behind the position.
        ([0], [(0, 0)], [], {}, []),
        ([5], [(0, 9)], [], {}, []),
        ([9], [(0, 9)], [], {}, []),
        ([9], [(9, 9)], [], {}, []),
        ([7, 300], [(7, 9), (251, 300)], [], {}, []),
        # Lost and accepted; of several, all have to be.
        ([100], [(251, 300)], [GONE], {}, [GONE]),
        ([100], [(251, 251)], [GONE], {}, [GONE]),
        (
            [100, 0],
            [(251, 300), (1, 1)],
            [Lost(1, 0, 0), GONE],
            {},
            [GONE, Lost(1, 0, 0)],
        ),
        # Accepted again, as by a supervisor that always starts the same command.
        ([251], [(251, 300)], [GONE], {0: [GONE]}, []),
        ([280], [(260, 300)], [GONE], {0: [GONE]}, []),
    ],
)
def test_counting_goes_on_where_nothing_is_lost_in_silence(
    positions: Sequence[int],
    bounds: Sequence[tuple[int, int]],
    accepted: Sequence[Lost],
    given_up: dict[int, list[Lost]],
    expected: Sequence[Lost],
) -> None:
    asked = [Bounds(*each) for each in bounds]
    assert to_give_up("films", positions, asked, accepted, given_up) == expected


@pytest.mark.parametrize(
    ("positions", "bounds", "accepted", "error", "sentence"),
    [
        (
            [100],
            [(251, 300)],
            [],
            RecordsLost,
            "The topic films has lost 151 records before they were counted (offsets 100 to 250"
            " of partition 0), and no log has them. Publish them again and give the old ones"
            " up, or only give them up: cinestats consume --accept-loss 0:100-250.",
        ),
        (
            [100, 0],
            [(251, 300), (1, 1)],
            [],
            RecordsLost,
            "cinestats consume --accept-loss 0:100-250 --accept-loss 1:0-0.",
        ),
        # Half a word is none: retention went on meanwhile, or another partition lost as well.
        ([100], [(261, 300)], [GONE], RecordsLost, "--accept-loss 0:100-260."),
        ([100, 0], [(251, 300), (1, 1)], [GONE], RecordsLost, "1 record before they were"),
        ([100, 0], [(251, 300), (1, 1)], [GONE], RecordsLost, "--accept-loss 1:0-0."),
        # What is there is not given up, and a word for nothing is a mistake.
        ([100], [(251, 300)], [Lost(0, 100, 260)], RecordsLost, "--accept-loss 0:100-250."),
        ([100], [(100, 300)], [GONE], InvalidInput, "--accept-loss: 0:100-250 is no loss"),
        ([100], [(251, 300)], [GONE, Lost(7, 0, 1)], InvalidInput, "7:0-1 is no loss"),
        # A topic that ends too early, whatever is accepted.
        ([301], [(0, 300)], [], TopicShorter, "Partition 0 of the topic films ends at offset"),
        ([5, 9], [(0, 5), (0, 0)], [GONE], TopicShorter, "Partition 1 of the topic films ends"),
        ([100], [(0, 0)], [GONE], TopicShorter, "set CINESTATS_KAFKA_TOPIC"),
    ],
)
def test_counting_stops_with_the_way_out(
    positions: Sequence[int],
    bounds: Sequence[tuple[int, int]],
    accepted: Sequence[Lost],
    error: type[CinestatsError],
    sentence: str,
) -> None:
    asked = [Bounds(*each) for each in bounds]
    with pytest.raises(error) as stopped:
        to_give_up("films", positions, asked, accepted, {})
    assert sentence in str(stopped.value)


def test_what_is_given_up_is_on_record_and_counting_goes_on_behind_it() -> None:
    positions = MemoryTopicPositions()
    positions.advance("films", 0, 100)
    positions.advance("films", 1, 3)
    bounds = [Bounds(251, 300), Bounds(0, 5)]
    with pytest.raises(RecordsLost):
        give_up_losses("films", bounds, positions, [], lambda: NOON)
    assert positions.get("films", 0) == 100
    assert give_up_losses("films", bounds, positions, [GONE], lambda: NOON) == [GONE]
    assert positions.get("films", 0) == 251
    assert positions.get("films", 1) == 3
    assert list(positions.given_up("films", 0)) == [GivenUp(GONE, NOON)]
    assert give_up_losses("films", bounds, positions, [GONE], lambda: NOON) == []
    assert give_up_losses("films", bounds, positions, [], lambda: NOON) == []


@pytest.mark.parametrize(
    "text", ["", "0", "0:100", "100-250", "0:250-100", "0:-1-5", "a:1-2", "0:1-2,3", "0:1-٣"]
)
def test_a_loss_is_named_by_partition_and_offsets(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^--accept-loss: must be PARTITION:FIRST-LAST"):
        parse_lost(text)
    assert str(parse_lost(" 3:7-7 ")) == "3:7-7"


def test_a_lag_is_never_negative() -> None:
    """Whatever was counted of a topic that is shorter by now, or that begins later."""
    bounds = [Bounds(0, 5), Bounds(8, 9), Bounds(0, 0)]
    assert lag_of_topic([9, 2, 4], bounds) == [0, 1, 0]
