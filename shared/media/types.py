"""Of what type a file is, by its first bytes: what a customer's phone calls it is never believed."""

from typing import Final

FIRST_BYTES: Final = 16
"""So many tell the type."""
UNKNOWN: Final = "application/octet-stream"

_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR\n", "audio/amr"),
    (b"#!AMR-WB\n", "audio/amr"),
)
_BRANDS: Final = (
    (b"3g", "video/3gpp"),
    (b"M4A", "audio/mp4"),
    (b"M4B", "audio/mp4"),
    *((brand, "video/mp4") for brand in (b"isom", b"iso", b"mp4", b"avc1", b"M4V", b"MSNV", b"dash", b"mmp4")),
)
"""Of the ISO container: pictures (heic, avif) and QuickTime have the same form, and other brands."""
_ENDINGS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    UNKNOWN: "",
}
TYPES: Final = tuple(_ENDINGS)
"""All types that a file can have here."""


def type_of(first: bytes) -> str:
    """Return the type of a file that begins like this; what is not known is only bytes.

    Args:
        first: At least `FIRST_BYTES`, or the whole of a shorter file.
    """
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "image/webp"
    if first[4:8] == b"ftyp":
        return next((kind for brand, kind in _BRANDS if first[8:12].startswith(brand)), UNKNOWN)
    return next((kind for beginning, kind in _BEGINNINGS if first.startswith(beginning)), _frame_of_sound(first))


def _frame_of_sound(first: bytes) -> str:
    """Tell a bare stream of sound by the head of its first frame: eleven bits that are set, version, layer."""
    if len(first) < 3 or first[0] != 0xFF or first[1] & 0xE0 != 0xE0:
        return UNKNOWN
    version, layer, bit_rate = first[1] >> 3 & 3, first[1] >> 1 & 3, first[2] >> 4
    if layer == 0 and version & 2:
        return "audio/aac"  # ADTS, which has a twelfth bit set
    # MP3 is layer III; a text in UTF-16 begins like layer I.
    return "audio/mpeg" if layer == 1 and version != 1 and bit_rate != 15 else UNKNOWN


def ending_of(mime_type: str) -> str:
    """Return how the name of a file of one of these types ends, with its dot."""
    return _ENDINGS.get(mime_type, "")
