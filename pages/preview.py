"""The preview picture of a record: where it lies, and its name, in the size that messengers show."""

import io
import re

from PIL import Image, ImageDraw, ImageFont

from pages.outline import HEIGHT, WIDTH, Outline

SIZE = 1200, 630
_SCALE = 2
_BAR = 170
_SEA, _LAND, _OWN, _EDGE = "#dbe6e4", "#f3eee1", "#fffdf8", "#b9ae97"
_BASALT, _INK, _AMBER, _POINT = "#12211d", "#eef3ee", "#efb84a", "#94492c"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
#: The font that Pillow carries has Latin letters alone; other names are left to the words beside the picture.
_LATIN = re.compile(r"[ -~\u00a0-\u017f–—’“”·]+")


def preview(outline: Outline | None, title: str, under: str) -> bytes:
    """Draw the picture as PNG: the map of the page above, its title and what it is below."""
    picture = Image.new("RGB", SIZE, _SEA if outline else _BASALT)
    draw = ImageDraw.Draw(picture)
    if outline:
        _map(draw, outline)
    top = SIZE[1] - _BAR
    draw.rectangle((0, top, *SIZE), fill=_BASALT)
    draw.rectangle((0, top, SIZE[0], top + 6), fill=_AMBER)
    if _LATIN.fullmatch(title):
        _text(draw, title, (48, top + 34), 58, _INK)
    if _LATIN.fullmatch(under):
        _text(draw, under, (50, top + 112), 28, _AMBER)
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=6)
    return written.getvalue()


def _map(draw: ImageDraw.ImageDraw, outline: Outline) -> None:
    """Draw the shapes and points of the page's map, moved so that its middle is above the bar."""
    left = (SIZE[0] - WIDTH * _SCALE) / 2
    top = (SIZE[1] - _BAR - HEIGHT * _SCALE) / 2

    def at(x: float, y: float) -> tuple[float, float]:
        return x * _SCALE + left, y * _SCALE + top

    for shape in outline.shapes:
        for ring in shape.path.split("M")[1:]:
            numbers = [float(one) for one in _NUMBER.findall(ring)]
            corners = [at(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
            if len(corners) > 2:
                draw.polygon(corners, fill=_OWN if shape.is_own else _LAND, outline=_EDGE)
    for point in outline.points:
        x, y = at(point.x, point.y)
        if point.radius > 4:
            far = point.radius * _SCALE
            draw.ellipse((x - far, y - far, x + far, y + far), outline=_POINT, width=2)
        draw.ellipse((x - 14, y - 14, x + 14, y + 14), fill=_POINT, outline="white", width=4)


def _text(draw: ImageDraw.ImageDraw, words: str, at: tuple[int, int], size: int, fill: str) -> None:
    """Write a line, smaller or cut where it is too long."""
    while size > 26 and draw.textlength(words, _font(size)) > SIZE[0] - 96:
        size -= 4
    while draw.textlength(words, _font(size)) > SIZE[0] - 96:
        words = f"{words[:-2]}…" if len(words) > 2 else ""
    draw.text(at, words, fill, _font(size))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
