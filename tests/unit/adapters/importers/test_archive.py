import io
import stat
import zipfile
import zlib

import pytest

from cinestats.adapters.importers import archive
from cinestats.adapters.importers.archive import Archive
from cinestats.domain.errors import CinestatsError

pytestmark = pytest.mark.slow


def pack(*members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_members_are_read_by_name():
    """Folders are no members, and an ordinary file comes back as it went in."""
    archive = Archive(pack(("likes/", ""), ("likes/films.csv", "a"), ("diary.csv", "b")))
    assert archive.names == ["likes/films.csv", "diary.csv"]
    assert archive.read("diary.csv") == b"b"


@pytest.mark.parametrize(
    "name",
    ["../diary.csv", "a/../../diary.csv", "/etc/diary.csv", "C:/diary.csv", "..\\diary.csv"],
)
def test_names_that_lead_out_are_refused(name):
    """Bad input 26: ``../`` and absolute names, of either system."""
    with pytest.raises(CinestatsError, match="leads out of it"):
        Archive(pack((name, "x")))


def test_a_symbolic_link_is_refused():
    """Bad input 26: a symlink in a zip."""
    link = zipfile.ZipInfo("diary.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(CinestatsError, match="a link or a special file"):
        Archive(pack((link, "/etc/passwd")))


def test_a_bomb_is_refused_before_anything_is_unpacked(monkeypatch):
    """Bad input 26: a zip bomb, by its ratio."""
    data = pack(("diary.csv", bytes(20 * 2**20)))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(CinestatsError, match="more than 100 times its size"):
        Archive(data)


def test_a_bomb_of_many_members_is_refused():
    """Bad input 26: sizes are limited for one member and for all together."""
    with pytest.raises(CinestatsError, match="33,554,433 bytes, more than 33,554,432"):
        Archive(pack(("diary.csv", bytes(2**25 + 1))))
    block = bytes(2**24)
    with pytest.raises(CinestatsError, match="unpacks to 83,886,080 bytes"):
        Archive(pack(*((f"{n}.csv", block) for n in range(5))))
    with pytest.raises(CinestatsError, match="more than 5,000 members"):
        Archive(pack(*((f"lists/{n}.csv", "") for n in range(5001))))


def test_a_member_that_is_longer_than_declared_is_refused():
    """Bad input 26: the directory's sizes are not believed."""
    content = b"x" * 5000
    data = pack(("diary.csv", content))
    declared = len(content).to_bytes(4, "little")
    lying = data.replace(declared, (10).to_bytes(4, "little"))
    with pytest.raises(CinestatsError, match="damaged"):
        Archive(lying).read("diary.csv")
    short = lying.replace(
        zlib.crc32(content).to_bytes(4, "little"), zlib.crc32(b"x" * 10).to_bytes(4, "little")
    )
    assert Archive(short).read("diary.csv") == b"x" * 10


def test_a_member_that_is_shorter_than_declared_is_refused():
    """What the directory promises must be there."""
    data = pack(("diary.csv", b"x" * 50))
    lying = data.replace((50).to_bytes(4, "little"), (5000).to_bytes(4, "little"))
    with pytest.raises(CinestatsError, match="lies about the size"):
        Archive(lying).read("diary.csv")


def test_archives_within_an_archive_are_refused():
    """By their name, and by their content where the name hides them."""
    inner = pack(("diary.csv", "x"))
    with pytest.raises(CinestatsError, match="another archive"):
        Archive(pack(("inner.ZIP", inner)))
    with pytest.raises(CinestatsError, match="another archive"):
        Archive(pack(("diary.csv", inner))).read("diary.csv")


def test_a_name_that_comes_twice_is_refused():
    """Which of the two was meant cannot be told."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = pack(("diary.csv", "a"), ("diary.csv", "b"))
    with pytest.raises(CinestatsError, match="twice"):
        Archive(data)


def test_an_encrypted_member_is_refused():
    """The sentence says what to do."""
    data = bytearray(pack(("diary.csv", "x")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(CinestatsError, match="without password"):
        Archive(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(method):
    """Methods that cannot be unpacked in bounds are not tried."""
    with pytest.raises(CinestatsError, match="unusual way"):
        Archive(pack(("diary.csv", "x"), method=method))


def test_a_damaged_file_is_refused_in_a_sentence():
    """Neither a cut archive nor a flipped bit shows a traceback."""
    data = pack(("diary.csv", "Date,Name" * 100))
    with pytest.raises(CinestatsError, match="damaged"):
        Archive(data[:-30])
    broken = bytearray(data)
    broken[45] ^= 0xFF
    with pytest.raises(CinestatsError, match="damaged"):
        Archive(bytes(broken)).read("diary.csv")


def test_an_archive_on_its_limits_is_read(monkeypatch):
    """The limits themselves are let in: members, their size, all of them, the ratio."""
    monkeypatch.setattr(archive, "MAX_MEMBERS", 2)
    monkeypatch.setattr(archive, "MAX_MEMBER_BYTES", 10)
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 20)
    full = pack(("a.csv", "x" * 10), ("b.csv", "y" * 10))
    assert Archive(full).read("a.csv") == b"x" * 10
    with pytest.raises(CinestatsError, match="of 11 bytes, more than 10"):
        Archive(pack(("a.csv", "x" * 11)))
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 19)
    with pytest.raises(CinestatsError, match="unpacks to 20 bytes, more than 19"):
        Archive(full)


def test_a_ratio_counts_from_a_size_on(monkeypatch):
    """Small files of blanks shrink a lot and do no harm."""
    data = pack(("a.csv", bytes(10_000)))
    monkeypatch.setattr(archive, "MIN_SUSPECT_BYTES", 10_000)
    assert Archive(data).names == ["a.csv"]
    monkeypatch.setattr(archive, "MIN_SUSPECT_BYTES", 9_999)
    monkeypatch.setattr(archive, "MAX_RATIO", 10)
    with pytest.raises(CinestatsError, match="more than 10 times its size"):
        Archive(data)
    packed_as_is = pack(("a.csv", bytes(10_000)), method=zipfile.ZIP_STORED)
    assert Archive(packed_as_is).names == ["a.csv"]


@pytest.mark.parametrize(
    "name", ["a.zip", "a.gz", "a.TGZ", "a.bz2", "a.xz", "a.7z", "a.rar", "a.tar"]
)
def test_an_archive_is_known_by_its_name(name):
    """Nothing packed is unpacked twice."""
    with pytest.raises(CinestatsError, match="another archive"):
        Archive(pack((name, "x")))


def test_a_name_that_cannot_be_printed_is_refused():
    """It could command the terminal that shows it."""
    with pytest.raises(CinestatsError, match="leads out of it"):
        Archive(pack(("a\x1b[2J.csv", "x")))


def test_a_damaged_directory_is_refused_in_a_sentence():
    """The record at the end says that the directory is longer than the file."""
    data = bytearray(pack(("diary.csv", "Date,Name")))
    data[-7] = 0xFF
    with pytest.raises(CinestatsError, match="damaged"):
        Archive(bytes(data))


def members(size):
    info = zipfile.ZipInfo("a.csv")
    info.file_size = size
    return [info]


def test_a_bomb_is_more_than_a_megabyte_and_a_hundred_times_its_size():
    """Both bounds are allowed."""
    least, ratio = archive.MIN_SUSPECT_BYTES, archive.MAX_RATIO
    archive._check_total(members(least), 1)
    archive._check_total(members(least * ratio // 2), least // 2)
    for size, packed in ((least + 1, 1), (least * ratio // 2 + 1, least // 2)):
        with pytest.raises(CinestatsError, match="as a bomb does"):
            archive._check_total(members(size), packed)


def test_of_a_long_name_eighty_characters_are_shown():
    """Where it comes twice, and where it leads out."""
    name = "x" * 81
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr(name, "a")
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr(name, "b")
    with pytest.raises(CinestatsError) as refused:
        Archive(content.getvalue())
    assert str(refused.value) == f"The zip file holds '{'x' * 80}' twice."
    with pytest.raises(CinestatsError) as refused:
        archive._check(f"/{name}", zipfile.ZipInfo(name))
    assert str(refused.value) == (
        f"The zip file holds '/{'x' * 79}', a name that leads out of it."
    )
