"""Draws what a terminal shows as a picture: a window, and text with its colours."""

from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

type _Colour = tuple[int, int, int]

_SCALE = 2
_SIZE = 14 * _SCALE
_LINE = 21 * _SCALE
_MARGIN = 24 * _SCALE
_BAR = 38 * _SCALE
_ROUND = 10 * _SCALE
_COLOURS = 64
_BACKGROUND: _Colour = (22, 27, 34)
_BAR_BACKGROUND: _Colour = (33, 39, 48)
_TITLE: _Colour = (139, 148, 158)
_BUTTONS: tuple[_Colour, ...] = ((255, 95, 87), (254, 188, 46), (40, 200, 64))
_DIM = 0.55
_FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_THEME = TerminalTheme(
    background=_BACKGROUND,
    foreground=(214, 221, 229),
    normal=[
        (110, 118, 129),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (118, 218, 230),
        (214, 221, 229),
    ],
)


def draw(shown: str, *, title: str) -> Image.Image:
    """The picture of a terminal that shows this text, whose escape sequences give the colours."""
    lines = [Text.from_ansi(line.replace("\r", "")) for line in shown.rstrip().split("\n")]
    regular, bold = _font("DejaVuSansMono.ttf"), _font("DejaVuSansMono-Bold.ttf")
    cell = regular.getlength("M")
    width = int(2 * _MARGIN + cell * max(line.cell_len for line in lines))
    height = 2 * _MARGIN + _BAR + _LINE * len(lines)
    picture = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(picture)
    _window(pen, width, height, title, regular)
    console = Console(width=500, color_system="truecolor")
    for number, line in enumerate(lines):
        x, y = float(_MARGIN), _BAR + _MARGIN + number * _LINE
        for segment in line.render(console):
            style = segment.style or Style()
            pen.text((x, y), segment.text.rstrip("\n"), _colour(style), bold if style.bold else regular)
            x += cell * segment.cell_length
    return picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE)


def _window(pen: ImageDraw.ImageDraw, width: int, height: int, title: str, font: ImageFont.FreeTypeFont) -> None:
    pen.rounded_rectangle((0, 0, width - 1, height - 1), _ROUND, _BACKGROUND)
    pen.rounded_rectangle((0, 0, width - 1, _BAR), _ROUND, _BAR_BACKGROUND, corners=(True, True, False, False))
    for number, colour in enumerate(_BUTTONS):
        x, y, radius = _MARGIN + number * 20 * _SCALE, _BAR / 2, 6 * _SCALE
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
    pen.text((width / 2, _BAR / 2), title, _TITLE, font, anchor="mm")


def _colour(style: Style) -> _Colour:
    colour = style.color.get_truecolor(_THEME) if style.color else _THEME.foreground_color
    if not style.dim:
        return colour.red, colour.green, colour.blue
    red, green, blue = (
        round(_DIM * front + (1 - _DIM) * back) for front, back in zip(colour, _BACKGROUND, strict=True)
    )
    return red, green, blue


def _font(name: str) -> ImageFont.FreeTypeFont:
    """A font that comes with matplotlib, the same on every machine."""
    return ImageFont.truetype(str(_FONTS / name), _SIZE)
