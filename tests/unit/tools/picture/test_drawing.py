"""What a terminal shows becomes a picture."""

from dev.tools.picture.drawing import draw


def test_text_is_drawn_in_its_colours_and_lines_below_each_other() -> None:
    one, two = (draw(text, title="make run") for text in ("\x1b[32mwell\x1b[0m", "\x1b[32mwell\x1b[0m\r\nwell"))
    assert one.width == two.width
    assert one.height < two.height
    pixels = one.convert("RGB").tobytes()
    colours = set(zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True))
    assert any(green > 180 and red < 120 and blue < 130 for red, green, blue in colours)


def test_a_wide_line_makes_a_wide_picture() -> None:
    assert draw("→" * 20, title="").width > draw("→" * 10, title="").width
