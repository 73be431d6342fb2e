"""Files that are not UTF-8, short as diaries may be."""

import pytest

from cinestats.adapters.importers.encodings import decode
from cinestats.domain.errors import CinestatsError

TEXTS = [
    ("cp1251", "Title;Year;Rating\nСталкер;1979;5\n"),
    ("cp1251", "Title,Year\nХолоп,2019\nHeat,1995\nAlien,1979\nThe Matrix,1999\n"),
    ("koi8-r", "Название,Год\nИрония судьбы,1975\nБрат,1997\n"),
    ("cp1253", "Title,Year\nΚυνόδοντας,2009\n"),
    ("cp1250", "Title,Year\nMiś,1980\nPopiół i diament,1958\n"),
    ("cp1250", "Title,Year\nObchod na korze,1965\nOstře sledované vlaky,1966\n"),
    ("cp1250", "Cím;Év\nSátántangó;1994\nŐrült;2000\n"),
    ("cp1254", "Film adı;Yıl\nBir Zamanlar Anadolu'da;2011\nUzak İhtimal;2009\n"),
    ("shift_jis", "Title,Year\n生きる,1952\n"),
    ("euc_jp", "タイトル,年\n七人の侍,1954\n"),
    ("gb18030", "Title,Year\n霸王别姬,1993\n活着,1994\n"),
    ("big5", "片名,年份\n悲情城市,1989\n"),
    ("euc_kr", "Title,Year\n기생충,2019\n올드보이,2003\n"),
    ("cp1252", "Title,Year\nAmélie,2001\n"),
    ("cp1252", "Titel;Jahr\nDas weiße Band;2009\nDer Untergang;2004\n"),
    ("cp1252", "Title,Year\nÀ bout de souffle,1960\nAu revoir les enfants,1987\n"),
    ("utf-16-le", "Title,Year\nAmélie,2001\n"),
    ("utf-16-be", "Title,Year\nСталкер,1979\n"),
    ("utf-16-le", "Title,Year\nHeat,1995\n"),
]


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_a_guess_is_right_and_said_or_none_is_made(encoding, text):
    """Garbage is never let in: a refusal would be better."""
    found, notes = decode(text.encode(encoding))
    assert found == text
    (note,) = notes
    assert note.startswith("The file is not UTF-8 and was read as ")


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1251", "Windows-1251"), ("cp1252", "Windows-1252")]
)
def test_an_encoding_is_called_by_its_usual_name(encoding, name):
    """Of those that have the same letters in the file."""
    text = next(text for each, text in TEXTS if each == encoding)
    assert f"read as {name}:" in decode(text.encode(encoding))[1][0]


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_the_user_may_say_the_encoding(encoding, text):
    """Nothing is guessed then."""
    assert decode(text.encode(encoding), encoding) == (text, ())


def test_a_wrong_encoding_is_refused():
    """With the place where it is not."""
    with pytest.raises(CinestatsError, match="The file is not utf-8, at byte 2"):
        decode("Amélie".encode("cp1252"), "utf-8")


def test_a_byte_order_mark_is_no_letter():
    """Also where the user says the encoding."""
    assert decode(b"\xef\xbb\xbftitle", "utf-8") == ("title", ())
    assert decode("\ufefftitle".encode("utf-16-le"), "utf-16") == ("title", ())


def test_one_bad_byte_does_not_turn_a_file_into_another_encoding():
    """The letter is lost, and the others are read as what they are."""
    text, (note,) = decode("Amélie, Léon, Été, Über, Zoé\n".encode() + b"Heat\xff\n")
    assert text == "Amélie, Léon, Été, Über, Zoé\nHeat\ufffd\n"
    assert note == "One letter is damaged in the file, and shown as \ufffd."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"%PDF-1.7\n", "is a PDF document"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"SQLite format 3\0", "is an SQLite database"),
        (b"\xd0\xcf\x11\xe0\xa1", "save it as .xlsx or CSV"),
        (b"\n<!DOCTYPE html><p>", "is a web page"),
        (bytes(range(1, 256)), "no other encoding could be told"),
    ],
)
def test_what_is_no_text_is_refused_by_what_it_is(data, message):
    """In a sentence."""
    with pytest.raises(CinestatsError, match=message):
        decode(data)
