import pytest

from cinestats.adapters.importers import reader
from cinestats.domain.errors import CinestatsError

PLAIN = "title,year\nAmélie,2001\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told_apart(read, encoding):
    """Bad input 25: a byte order mark decides, then UTF-8, then a guess."""
    data = PLAIN.encode(encoding)
    export = read("x.csv", data)
    assert export.rows[0].title == "Amélie"
    assert bool(export.notes) == (encoding == "cp1252")


def test_utf_16_of_either_order_is_read(read):
    """The mark says which byte comes first."""
    data = b"\xfe\xff" + PLAIN.encode("utf-16-be")
    assert read("x.csv", data).rows[0].title == "Amélie"


def test_json_may_have_a_byte_order_mark(read):
    """Text is decoded before its form is looked at."""
    assert read("x.json", b"\xef\xbb\xbf[]").format == "Trakt history"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"\0\1\2\3", "not text"),
        (b"\x81\x8d\xff\x01", "not text: byte 0 is not UTF-8, and no other encoding"),
        (b"\xef\xbb\xbf\xff", "says that it is UTF-8 but is not, at byte 3"),
        (b"\xff\xfea", "says that it is UTF-16-LE but is not"),
        (b"<<<<<<< HEAD\n", "no header line"),
        (b"PK\x05\x06" + bytes(18), "none of IMDb's, Letterboxd's"),
        (b"PK\x03\x04 nonsense", "damaged"),
    ],
)
def test_a_file_that_is_not_understood_is_refused_in_a_sentence(read, data, message):
    """Nothing is read from it (bad input 22 has the same for events)."""
    with pytest.raises(CinestatsError, match=message):
        read("x.csv", data)


def test_a_file_beyond_the_limit_is_refused(read, monkeypatch):
    """Its size is looked at before anything else."""
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    with pytest.raises(CinestatsError, match="11 bytes, more than 10"):
        read("x.csv", b"title\n12345")


def test_the_format_asked_for_is_the_only_one_tried(read):
    """A Letterboxd file is no IMDb file, but can be read as a plain table."""
    with pytest.raises(CinestatsError, match="no export of IMDb: it has the columns Date, Na"):
        read("letterboxd/diary.csv", format="imdb")
    with pytest.raises(
        CinestatsError, match="JSON file, which can only be an export of Filmweb, Plex"
    ):
        read("trakt_history.json", format="csv")
    with pytest.raises(CinestatsError, match="zip file, which can only be an export of IMDb"):
        read("x.zip", b"PK\x03\x04", format="csv")
    assert read("letterboxd/diary.csv", format="csv").format == "plain table"
    assert read("letterboxd/diary.csv", format="letterboxd").format == "Letterboxd diary"


def test_the_name_does_not_decide_where_the_content_does(read):
    """A diary that is called watchlist.csv is a diary."""
    text = "Date,Name,Year,Letterboxd URI,Watched Date\n2024-01-02,Greed,1924,u,2024-01-01\n"
    assert read("watchlist.csv", text).format == "Letterboxd diary"


def test_a_log_of_events_is_sent_where_it_is_taken_in(read):
    """It is no diary of another service."""
    with pytest.raises(CinestatsError, match="cinestats events import takes in"):
        read("export.jsonl", '{"event_type":"ADD","user_id":"u1"}\n')


@pytest.mark.parametrize(
    ("text", "outline"),
    [
        ('{"movies": [], "shows": []}', "it holds no list, but the keys 'movies', 'shows'"),
        ('[3, {"a": 1}]', "its items have the keys 'a'"),
        ("[3]", "its items have the keys –"),
    ],
)
def test_json_that_is_not_known_is_told_by_its_keys(read, text, outline):
    """So that people see what they have chosen."""
    with pytest.raises(CinestatsError) as error:
        read("x.json", text)
    assert str(error.value).startswith("The JSON file is none of Filmweb's, Plex's, ")
    assert str(error.value).endswith(f", Watcharr's or cinestats's: {outline}.")


def test_a_table_is_refused_as_json(read):
    """A format that has no tables is told by the columns that are there."""
    with pytest.raises(CinestatsError, match="no export of Trakt: it has the columns title, y"):
        read("x.csv", PLAIN, format="trakt")


def test_a_log_of_one_event_is_no_diary(read):
    """With a line end or without."""
    for end in ("", "\n"):
        with pytest.raises(CinestatsError) as refused:
            read("events.jsonl", f'{{"event_type": "ADD"}}{end}')
        assert str(refused.value) == (
            "The file is a log of events, which the command cinestats events import takes in."
        )


def test_blanks_before_json_make_it_no_table(read):
    """Trakt's, read all the same."""
    assert read("h.json", " \n []").format == "Trakt history"
