import csv
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinestats.domain.affinity import AFFINITY_TYPES, affinity_id, name_key

DATA = Path(__file__).parents[4] / "shared" / "data"
NAMES_KEEPING_THE_PLAIN_FORM = 0.996


def plain(name: str) -> str:
    return name.replace(" ", "_").replace(".", "")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Christopher Nolan", "Christopher_Nolan"),
        ("Samuel L. Jackson", "Samuel_L_Jackson"),
        ("J.T. Mollner", "JT_Mollner"),
        ("J. T. Walsh", "J_T_Walsh"),
        ("Robert Downey Jr.", "Robert_Downey_Jr"),
        ("Anthony Leonardi III", "Anthony_Leonardi_III"),
        ("Sci-Fi", "Sci-Fi"),
        ("IMAX", "IMAX"),
        ("Frank O’Connor", "Frank_O’Connor"),
        ("張藝謀", "張藝謀"),
    ],
)
def test_an_ordinary_name_keeps_the_plain_form(name: str, key: str) -> None:
    """Spaces become underscores, dots go, and that is all."""
    assert name_key(name) == key


@pytest.mark.parametrize(
    "names",
    [
        ("A.B", "AB", "A.B.", "AB.", "A B", "A_B", "A. B."),
        ("J.T. Mollner", "JT Mollner", "J.T Mollner", "J. T. Mollner", "J T Mollner"),
        ("A_B", "A B", "A  B", " A B", "A B "),
        ("Robert Downey Jr.", "Robert Downey Jr", "Robert Downey Jr..", "Robert Downey J.r."),
        ("Will.i.am", "William", "Will.I.Am", "Willi.am"),
        (
            "Ansano Giannarelli",
            "Ansano Giannarelli.",
            "Ansano Giannarelli..",
            "Ansano. Giannarelli",
        ),
        ("Sci.Fi", "SciFi", "Sci.Fi."),
        ("IMAX", "I.M.A.X.", "IM.AX", "I.M.A.X"),
        ("II", "I.I.", "I.I"),
        (".", "..", "_", "~", " "),
    ],
)
def test_look_alikes_have_keys_of_their_own(names: tuple[str, ...]) -> None:
    """Names that the plain form alone would mix up stay apart."""
    assert len({name_key(name) for name in names}) == len(names)


def test_nobody_can_take_the_key_of_another_by_writing_its_mark() -> None:
    """The mark of an unusual spelling can't be written into a name."""
    assert name_key(name_key("Sci.Fi")) != name_key("Sci.Fi")


@pytest.mark.skipif(not DATA.exists(), reason="shared/data is absent")
def test_real_names_never_share_a_key_and_hardly_ever_need_a_mark() -> None:
    """All credits of the big catalogue, and the names that break naive keys."""
    names = _real_names()
    assert len(names) > 18_000
    by_key: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        by_key[name_key(name)].add(name)
    assert [same for same in by_key.values() if len(same) > 1] == []
    share = sum(name_key(name) == plain(name) for name in names) / len(names)
    assert share >= NAMES_KEEPING_THE_PLAIN_FORM


PIECES = [
    "a",
    "A",
    "B",
    "Jr",
    "II",
    "_",
    "%",
    "%5F",
    "actor",
    "director",
    "genre",
    ".",
    " ",
    "~",
]
nasty = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)
triples = st.tuples(nasty, st.sampled_from(AFFINITY_TYPES), nasty)


@given(st.lists(nasty, min_size=2, max_size=100, unique=True))
def test_no_two_names_share_a_key(names: list[str]) -> None:
    """Whatever dots, spaces, underscores and marks a name is made of."""
    assert len({name_key(name) for name in names}) == len(names)


@given(st.lists(triples, min_size=2, max_size=100, unique=True))
def test_no_two_affinities_share_an_id(affinities: list[tuple[str, str, str]]) -> None:
    """User, type and name can be read back from an id: no other triple has it."""
    ids = {affinity_id(user, type_, name) for user, type_, name in affinities}  # type: ignore[arg-type]
    assert len(ids) == len(affinities)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("u", "actor", "x_genre_y"), ("u_actor_x", "genre", "y")),
        (("u_actor", "genre", "y"), ("u%5Factor", "genre", "y")),
        (("u", "actor", "actor_x"), ("u_actor", "actor", "x")),
        (("u_", "actor", "x"), ("u", "actor", "_x")),
        (("u", "actor", "Bea genre Cy"), ("u_actor_Bea", "genre", "Cy")),
    ],
)
def test_a_user_id_that_looks_like_an_id_stays_apart(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    """A user id may hold underscores, types and escapes without reaching another's data."""
    assert affinity_id(*one) != affinity_id(*other)  # type: ignore[arg-type]


@pytest.mark.parametrize("user", ["u1", "user_1", "a_b_c", "actor", "my_actors"])
def test_an_ordinary_user_id_stands_as_it_is(user: str) -> None:
    """Only an id that holds a separator is escaped."""
    assert affinity_id(user, "actor", "Al Pacino") == f"{user}_actor_Al_Pacino"


def _real_names() -> set[str]:
    names: set[str] = set()
    with (DATA / "catalog.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for column in ("directors", "actors", "genres"):
                names.update(row[column].split("|"))
    with (DATA / "name_edge_cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names.update(row["name"].split(" || "))
    return {unicodedata.normalize("NFC", n.strip()) for n in names if n.strip()}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Sci.Fi", "SciFi~89c43abd"),
        ("Ann  Bell", "Ann__Bell~e58f23ed"),
        ("JRR Tolkien", "JRR_Tolkien~71ac9331"),
        ("Robert Downey Jr", "Robert_Downey_Jr~a345b746"),
        ("J.R.R. Tolkien", "JRR_Tolkien"),
    ],
)
def test_keys_are_those_of_documents_stored_long_ago(name: str, key: str) -> None:
    """An affinity is found by its key: a key that changed would lose what was counted."""
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("user", "escaped"),
    [("100%", "100%25"), ("u_actor", "u%5Factor"), ("a_b_genre_c", "a%5Fb%5Fgenre%5Fc")],
)
def test_an_escaped_user_id_can_be_read_back(user: str, escaped: str) -> None:
    """Per cent signs and underscores are written as in a URL."""
    assert affinity_id(user, "director", "Al Pacino") == f"{escaped}_director_Al_Pacino"
