"""What WhatsApp takes of each kind of file, and of what type an upload is, whatever it is called."""

import pytest

from shared.media.limits import MEGABYTE, OFFICE_TYPES, can_be_sent, plain_type, problem_with, what_can_be_sent
from shared.media.upload_types import type_of_upload
from shared.vocabulary.words import MessageKind

IMAGE, VIDEO, AUDIO, DOCUMENT = MessageKind.IMAGE, MessageKind.VIDEO, MessageKind.AUDIO, MessageKind.DOCUMENT
TOO_LARGE, WRONG_TYPE = "media_too_large", "media_type_not_supported"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("kind", "mime_type", "size", "code"),
    [
        (IMAGE, "image/jpeg", 5 * MEGABYTE, None),
        (IMAGE, "image/png", 5 * MEGABYTE + 1, TOO_LARGE),
        (IMAGE, "image/webp", 1, WRONG_TYPE),
        (IMAGE, "application/pdf", 1, WRONG_TYPE),
        (VIDEO, "video/mp4", 16 * MEGABYTE, None),
        (VIDEO, "video/3gpp", 16 * MEGABYTE + 1, TOO_LARGE),
        (AUDIO, "audio/ogg", 1, None),
        (AUDIO, "video/mp4", 1, WRONG_TYPE),
        (DOCUMENT, "application/pdf", 100 * MEGABYTE, None),
        (DOCUMENT, "text/plain", 100 * MEGABYTE + 1, TOO_LARGE),
        (DOCUMENT, "image/jpeg", 1, WRONG_TYPE),
        (MessageKind.STICKER, "image/webp", 1, WRONG_TYPE),
        (IMAGE, None, None, None),
        (IMAGE, None, 5 * MEGABYTE + 1, TOO_LARGE),
    ],
)
def test_whatsapps_limits(kind: MessageKind, mime_type: str | None, size: int | None, code: str | None) -> None:
    problem = problem_with(kind, mime_type, size)

    assert (problem[0] if problem else None) == code
    if problem and kind is IMAGE:
        assert "jpeg or png, at most 5 MB" in problem[1]


@pytest.mark.parametrize(
    ("kind", "mime_type", "fits"),
    [
        (IMAGE, "image/png", True),
        (VIDEO, "video/3gpp", False),
        (DOCUMENT, "text/plain", False),
        (DOCUMENT, "application/pdf", True),
        (AUDIO, "audio/ogg", False),
    ],
)
def test_a_templates_header_takes_less(kind: MessageKind, mime_type: str, fits: bool) -> None:
    assert (problem_with(kind, mime_type, 1, in_header=True) is None) == fits


def test_a_type_is_known_by_its_usual_name() -> None:
    assert plain_type("Audio/OGG; codecs=opus") == "audio/ogg"
    assert plain_type("image/jpg") == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "name", "mime_type"),
    [
        (b"\xff\xd8\xff\xe0 a picture", "invoice.pdf", "image/jpeg"),
        (b"%PDF-1.7 a document", "picture.jpg", "application/pdf"),
        (b"\n\n%PDF-1.7 a document", None, "application/pdf"),
        (b"PK\x03\x04 [Content_Types].xml word/document.xml", "Letter.DOCX", OFFICE_TYPES["docx"]),
        (b"PK\x03\x04 [Content_Types].xml xl/workbook.xml", "sums.xlsx", OFFICE_TYPES["xlsx"]),
        (b"PK\x03\x04 [Content_Types].xml ppt/slides", "show.pptx", OFFICE_TYPES["pptx"]),
        (b"PK\x03\x04 [Content_Types].xml xl/workbook.xml", "letter.docx", "application/octet-stream"),
        (b"PK\x03\x04 virus.exe", "virus.zip", "application/octet-stream"),
        (_COMPOUND, "letter.doc", "application/msword"),
        (_COMPOUND, "setup.msi", "application/octet-stream"),
        ("Le café est prêt\n".encode(), "notes", "text/plain"),
        (b"\xef\xbb\xbfa;b\r\n1;2\r\n", "sums.csv", "text/plain"),
        (b"\x00\x01\x02", "notes.txt", "application/octet-stream"),
        (b"caf\xe9", "notes.txt", "application/octet-stream"),
        (b"", "empty.txt", "application/octet-stream"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture.jpg", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "picture.jpg", "application/octet-stream"),
    ],
)
def test_an_upload_is_of_the_type_of_its_bytes(content: bytes, name: str | None, mime_type: str) -> None:
    assert type_of_upload(content, name) == mime_type


@pytest.mark.parametrize("mime_type", ["image/webp", "image/heic", "application/octet-stream", "text/html"])
def test_what_whatsapp_takes_as_no_kind_can_not_be_sent(mime_type: str) -> None:
    assert not can_be_sent(mime_type)
    assert mime_type not in what_can_be_sent()
