"""How many connections there may be."""

from cinestats.entrypoints.api.http.connections import Connections


def test_an_unknown_address_has_a_few_and_a_known_caller_counts_no_more() -> None:
    """Who showed a credential makes room for others from the same address, once."""
    connections = Connections(most=10, most_unknown=2)
    first = connections.place(("192.0.2.1", 1))
    assert first is not None
    assert connections.place(("192.0.2.1", 2)) is not None
    assert connections.place(("192.0.2.1", 3)) is None
    assert connections.place(("192.0.2.2", 3)) is not None
    first.welcome()
    first.welcome()
    assert connections.place(("192.0.2.1", 4)) is not None
    assert connections.place(("192.0.2.1", 5)) is None


def test_an_ipv6_network_of_64_bits_is_one_address() -> None:
    """What one caller is given has one share."""
    connections = Connections(most=10, most_unknown=1)
    assert connections.place(("2001:db8::1", 1)) is not None
    assert connections.place(("2001:db8::2", 1)) is None
    assert connections.place(("2001:db8:0:1::1", 1)) is not None


def test_there_is_an_end_to_all_together_and_who_leaves_makes_room() -> None:
    """Known or not, so many connections are open at most."""
    connections = Connections(most=2, most_unknown=2)
    places = [connections.place((f"192.0.2.{n}", 1)) for n in range(3)]
    assert places[2] is None
    assert places[0] is not None
    places[0].leave()
    assert connections.place(("192.0.2.9", 1)) is not None
    assert set(connections.unknown) == {"192.0.2.1", "192.0.2.9"}
