"""Pages for tests of the reading of pictures: text in rows and columns becomes lines with boxes."""

from nlp.picture import read_picture
from nlp.picture_layout import Page
from nlp.pictured import Line, PictureReading

SIZE = (800, 1600)
HEIGHT, GAP = 30, 30


def lines_of(text: str) -> list[Line]:
    """A row a line; a bar parts a row into pieces from the left edge to the right one."""
    lines = []
    for n, row in enumerate(text.strip("\n").splitlines()):
        cells, top = row.split("|"), 40 + n * (HEIGHT + GAP)
        for m, cell in enumerate(cells):
            if cell.strip():
                left = 40 + m * 720 // len(cells)
                words = cell.strip()
                wide = sum(14 if sign.isascii() else 28 for sign in words)
                lines.append(Line(words, (left, top, left + wide, top + HEIGHT), 0.99))
    return lines


def page_of(text: str) -> Page:
    return Page(lines_of(text))


def reads(text: str) -> PictureReading:
    return read_picture(lines_of(text), SIZE)
