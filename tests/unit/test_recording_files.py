"""Photos and films are judged by what is in them."""

import io
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from app.recordings.reading import TooManyPixels, Unreadable, Unwanted
from app.recordings.reading.films import Film, read_film
from app.recordings.reading.pictures import print_of, read_photo
from app.recordings.rules import NEAR, Spot, differing
from app.recordings.store import blanked
from tests.making.recordings import MILUO, box, drawing, exif_of, film, photo, saved_again

HEIC = Path(__file__).parent / "data" / "drawing.heic"
"""A drawing made here, saved as iPhones save photos."""
TAKEN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def read(content: bytes) -> Film:
    return read_film(len(content), lambda start, end: content[start:end])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_says_when_where_and_with_what_it_was_taken(kind: str) -> None:
    found = read_photo(photo(kind=kind, exif=exif_of(TAKEN, MILUO, Make="HUAWEI", Model="HUAWEI P60")))
    assert found.shot.taken_at == TAKEN
    assert found.shot.spot == Spot(*MILUO)
    assert found.shot.device == "HUAWEI P60"
    assert not found.shot.edited
    assert (found.width, found.height) == (640, 480)


def test_the_copies_to_look_at_hold_no_word_of_the_camera() -> None:
    secret = b"comment-with-a-place"
    content = photo(exif=exif_of(TAKEN, MILUO, Model="HUAWEI P60"), comment=secret, xmp=b"<x:xmpmeta>place</x:xmpmeta>")
    assert secret in content
    found = read_photo(content)
    for copy in (found.view, found.thumb):
        assert secret not in copy
        assert b"HUAWEI" not in copy
        assert b"xmpmeta" not in copy
        with Image.open(io.BytesIO(copy)) as picture:
            assert not picture.getexif()
            assert picture.info.get("exif") is None
    with Image.open(io.BytesIO(found.thumb)) as picture:
        assert max(picture.size) == 360


def test_a_photo_lying_on_its_side_is_set_upright() -> None:
    exif = exif_of()
    exif[274] = 6
    with Image.open(io.BytesIO(read_photo(photo(exif=exif)).view)) as picture:
        assert picture.size == (480, 640)


@pytest.mark.parametrize(
    "exif",
    [
        exif_of(datetime(1970, 1, 1, tzinfo=UTC)),
        exif_of(place=(0.0, 0.0)),
        exif_of(place=(97.0, 200.0)),
        exif_of(Make="\0\x01", Model="\ud800".encode("utf-16", "surrogatepass").decode("latin-1")),
    ],
)
def test_a_camera_that_lies_is_as_one_that_says_nothing(exif: Image.Exif) -> None:
    shot = read_photo(photo(exif=exif)).shot
    assert shot.taken_at is None
    assert shot.spot is None
    assert "\0" not in shot.device


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # Pillow's own word on it
def test_broken_exif_does_not_stop_a_sound_photo() -> None:
    broken = b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40
    shot = read_photo(photo(exif=broken)).shot
    assert (shot.taken_at, shot.spot, shot.device) == (None, None, "")


def test_a_time_with_its_zone_is_believed_in_its_zone() -> None:
    exif = exif_of(TAKEN)
    exif.get_ifd(34665)[36881] = "+09:00"
    assert read_photo(photo(exif=exif)).shot.taken_at == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)


def test_a_photo_saved_by_a_beautifier_is_known() -> None:
    assert read_photo(photo(exif=exif_of(Software="Adobe Photoshop 25.1"))).shot.edited
    assert not read_photo(photo(exif=exif_of(Software="HDR+ 1.0"))).shot.edited


def test_a_heic_photo_is_read_with_its_time_and_place() -> None:
    found = read_photo(HEIC.read_bytes())
    assert (found.media_type, found.width, found.height) == ("image/heic", 320, 240)
    assert (found.shot.taken_at, found.shot.spot, found.shot.device) == (TAKEN, Spot(*MILUO), "Apple iPhone 15")
    assert found.view.startswith(b"\xff\xd8")
    with pytest.raises(Unreadable):
        read_photo(HEIC.read_bytes()[:2000])


def test_prints_of_one_picture_are_near_and_of_others_far() -> None:
    prints = [print_of(drawing(seed)) for seed in range(60)]
    for seed in range(10):
        again = read_photo(saved_again(photo(seed))).print64
        assert again is not None
        assert differing(again, read_photo(photo(seed)).print64 or 0) <= NEAR
    pairs = [differing(a or 0, b or 0) for i, a in enumerate(prints) for b in prints[:i]]
    assert min(pairs) > NEAR


def test_an_empty_wall_is_compared_with_nothing() -> None:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), (240, 240, 240)).save(file, "JPEG")
    assert read_photo(file.getvalue()).print64 is None


def test_a_picture_of_huge_dimensions_is_refused_before_it_is_unpacked() -> None:
    ihdr = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + ihdr
    data = zlib.compress(b"\0" * 1_000_000)
    body = b"IDAT" + data
    bomb = b"\x89PNG\r\n\x1a\n"
    for part in (chunk, body, b"IEND"):
        bomb += struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part))
    with pytest.raises((TooManyPixels, Unreadable)):
        read_photo(bomb)


def test_a_text_block_that_unpacks_to_gigabytes_is_refused() -> None:
    whole = photo(kind="PNG")
    text = b"zTXtComment\0\0" + zlib.compress(b"x" * 80_000_000)
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    with pytest.raises(Unreadable):
        read_photo(whole[:33] + chunk + whole[33:])


def test_a_page_that_is_also_a_photo_is_only_a_photo() -> None:
    page = b"<script>alert(1)</script>"
    found = read_photo(photo(comment=page) + page)
    assert found.media_type == "image/jpeg"
    assert b"<script" not in found.view + found.thumb


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html>",
        b"%PDF-1.7",
        b"GIF89a" + b"\0" * 40,
        b"PK\3\4" + b"\0" * 40,
    ],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(Unwanted):
        read_photo(content)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_photo_cut_short_is_refused(share: float) -> None:
    content = photo()
    with pytest.raises(Unreadable):
        read_photo(content[: int(len(content) * share)])


def test_a_film_says_when_and_where_it_was_taken() -> None:
    found = read(film(TAKEN, "+28.8060+113.0670/"))
    assert found.media_type == "video/mp4"
    assert found.seconds == 95
    assert found.shot.taken_at == TAKEN
    assert found.shot.spot == Spot(*MILUO)


def test_an_iphones_film_tells_its_place_and_model_in_a_table_of_names() -> None:
    names = [b"com.apple.quicktime.location.ISO6709", b"com.apple.quicktime.model"]
    keys = box(b"keys", b"\0\0\0\0", struct.pack(">I", 2), *(box(b"mdta", name) for name in names))
    values = [b"+28.8060+113.0670+052.1/", b"iPhone 15"]
    items = [box(struct.pack(">I", n + 1), box(b"data", b"\0\0\0\1\0\0\0\0", value)) for n, value in enumerate(values)]
    meta = box(b"meta", box(b"hdlr", b"\0" * 24), keys, box(b"ilst", *items))
    whole = film(TAKEN, brand=b"qt  ")
    moov = whole.index(b"moov") - 4
    size = struct.unpack(">I", whole[moov : moov + 4])[0]
    content = whole[:moov] + box(b"moov", whole[moov + 8 : moov + size], meta) + whole[moov + size :]
    found = read(content)
    assert found.media_type == "video/quicktime"
    assert found.shot.spot == Spot(*MILUO)
    assert found.shot.device == "iPhone 15"


def test_the_boxes_that_tell_the_place_can_be_emptied_without_moving_anything() -> None:
    content = film(TAKEN, "+28.8060+113.0670/", tracks=(b"vide", b"soun", b"camm"))
    found = read(content)
    clean = blanked(content, 0, found.blanks)
    assert len(clean) == len(content)
    assert b"+28.8060" not in clean
    assert b"camm" not in clean
    assert b"udta" not in clean
    again = read(clean)
    assert again.shot.spot is None
    assert again.seconds == 95
    pieces = [blanked(content[at : at + 7], at, found.blanks) for at in range(0, len(content), 7)]
    assert b"".join(pieces) == clean


@pytest.mark.parametrize(
    "content",
    [
        film(TAKEN)[:-100],
        film(TAKEN, tracks=(b"soun",)),
        film(TAKEN, data=b""),
        film(TAKEN).replace(b"moov", b"skip"),
        box(b"ftyp", b"isom\0\0\2\0isom") + struct.pack(">I4s", 2**31, b"moov") + b"\0" * 100,
        box(b"ftyp", b"isom\0\0\2\0isom") + box(b"free") * 30_000,
        film(TAKEN).replace(b"stbl", b"junk"),
    ],
)
def test_a_film_that_is_not_whole_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content)


@pytest.mark.parametrize(
    "content", [b"\x1a\x45\xdf\xa3webm" + b"\0" * 40, film(TAKEN, brand=b"xxxx"), b"RIFF" + b"\0" * 40]
)
def test_what_phones_do_not_make_is_no_film(content: bytes) -> None:
    with pytest.raises(Unwanted):
        read(content)
