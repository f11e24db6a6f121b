"""A picture to send: an invoice, as somebody photographs it."""

import io

from PIL import Image, ImageDraw, ImageFont

_SIZE = (560, 380)
_PAPER = (40, 30, 520, 350)


def picture_of_invoice(number: str, note: str) -> bytes:
    """An invoice with its number and a line below it, as PNG."""
    image = Image.new("RGB", _SIZE, (122, 96, 74))
    draw = ImageDraw.Draw(image)
    draw.rectangle(_PAPER, fill=(250, 248, 242))
    draw.text((70, 60), f"Facture {number}", fill=(30, 30, 30), font=ImageFont.load_default(34))
    draw.text((70, 120), note, fill=(60, 60, 60), font=ImageFont.load_default(22))
    for line in range(5):
        draw.line((70, 190 + 28 * line, 490 - 40 * (line % 3), 190 + 28 * line), fill=(190, 186, 178), width=6)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
