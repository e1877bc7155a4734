"""Lines are read where they stand: on turned pictures too, and on screenshots of any length."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image

from bot.reading.ocr import is_upright, lines_of, sureness
from nlp.pictured import Line

TEXT = Line("KM202611201530012345", (10, 10, 300, 40))


def engine(answer: Callable[[Image.Image], list[Line]]) -> Callable[[bytes], list[Line]]:
    return lambda encoded: answer(Image.open(BytesIO(encoded)))


def test_a_picture_with_text_is_read_once() -> None:
    asked: list[tuple[int, int]] = []

    def answer(picture: Image.Image) -> list[Line]:
        asked.append(picture.size)
        return [TEXT]

    lines, picture = lines_of(Image.new("RGB", (400, 800)), engine(answer))
    assert (lines, picture.size, asked) == ([TEXT], (400, 800), [(400, 800)])


def test_a_picture_on_its_side_is_turned_and_read_again() -> None:
    lines, picture = lines_of(
        Image.new("RGB", (800, 400)), engine(lambda one: [TEXT] if one.height > one.width else [])
    )
    assert lines == [TEXT] and picture.size == (400, 800)


def test_a_picture_without_text_stays_as_it_is() -> None:
    lines, picture = lines_of(Image.new("RGB", (800, 400)), engine(lambda one: []))
    assert lines == [] and picture.size == (800, 400)


def test_a_long_screenshot_is_read_in_pieces_and_each_line_once() -> None:
    long = Image.new("RGB", (100, 1000))
    lines, _ = lines_of(
        long, engine(lambda one: [Line("一行字" * 5, (0, y, 90, y + 10)) for y in range(0, one.height - 9, 20)])
    )
    tops = [line.box[1] for line in lines]
    assert tops == sorted(set(tops)) and max(tops) > 950


def test_unsure_signs_count_for_nothing() -> None:
    assert sureness([Line("模糊的一行", (0, 0, 9, 9), 0.3)]) == 0 and not is_upright([])
