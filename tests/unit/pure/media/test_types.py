"""The type of a file is what its first bytes say."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.media.types import FIRST_BYTES, TYPES, UNKNOWN, ending_of, type_of

BEGINNINGS = [
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", UNKNOWN),
    (b"OggS\x00\x02", "audio/ogg"),
    (b"ID3\x04\x00\x00", "audio/mpeg"),
    (b"\xff\xfb\x90\x64", "audio/mpeg"),
    (b"\xff\xf3\x40\xc4", "audio/mpeg"),
    (b"\xff\xfb\xf0\x64", UNKNOWN),
    (b"\xff\xeb\x90\x64", UNKNOWN),
    (b"\xff\xf1\x50\x80", "audio/aac"),
    (b"\xff\xf9\x50\x80", "audio/aac"),
    (b"\xff\xe1\x50\x80", UNKNOWN),
    (b"#!AMR\n\x04", "audio/amr"),
    (b"#!AMR-WB\n\x04", "audio/amr"),
    (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video/mp4"),
    (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4"),
    (b"\x00\x00\x00\x18ftyp3gp5\x00\x00\x00\x00", "video/3gpp"),
    (b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00", "audio/mp4"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", UNKNOWN),
    (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00", UNKNOWN),
    (b"<html><script>", UNKNOWN),
    (b"<svg xmlns=", UNKNOWN),
    (b"%PDF-1.7", UNKNOWN),
    (b"GIF89a", UNKNOWN),
    (b"PK\x03\x04", UNKNOWN),
    (b"\xff\xfe<\x00h\x00", UNKNOWN),
    (b"\xff\xd8", UNKNOWN),
    (b"", UNKNOWN),
]


@pytest.mark.parametrize(("first", "mime_type"), BEGINNINGS, ids=lambda value: repr(value))
def test_a_beginning_tells_the_type(first: bytes, mime_type: str) -> None:
    assert type_of(first) == mime_type


@given(some.binary(max_size=64), some.sampled_from([first for first, _ in BEGINNINGS]))
def test_the_first_bytes_tell_as_much_as_all_and_anything_has_one_of_the_types(rest: bytes, first: bytes) -> None:
    for content in (rest, first + rest):
        assert type_of(content) == type_of(content[:FIRST_BYTES])
        assert type_of(content) in TYPES


def test_each_type_has_an_ending_of_its_own_and_bytes_have_none() -> None:
    endings = [ending_of(each) for each in TYPES]

    assert len(set(endings)) == len(TYPES)
    assert (ending_of(UNKNOWN), ending_of("text/html")) == ("", "")
