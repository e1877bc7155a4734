"""Texts on a ground of their own that hardly differs from that around it, and values gone under a bar."""

import itertools
import re
from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops

from nlp.pictured import Box, Line, Trace

Colour = tuple[int, int, int]
BOX = Image.Resampling.BOX

PATCH, BAR = 0.75, 0.6
"""How much each sign weighs."""
FAINT = range(3, 27)
"""So many grey values of 256 a patch's ground is off; a designer's chip is further off, or has round corners."""
SAME, LEAST_MASS = 2, 0.2
PLAIN, HUE = 8, 4
"""By so much more one colour may be off than another: a chip has a colour, a patch nearly met its ground."""
_NAMED = re.compile(r"^([^:：]{1,8}[:：])(.{2,})$")


def patches(picture: Image.Image, lines: Sequence[Line]) -> Iterator[Trace]:
    """A text on a ground of its own that hardly differs from that around it, with sharp corners and no frame."""
    found, faint = [], []
    for line in itertools.chain.from_iterable(map(_parts, lines)):
        left, top, right, bottom = line.box
        reach = int(0.8 * (bottom - top))
        window = (
            max(0, left - reach),
            max(0, top - reach),
            min(picture.width, right + reach),
            min(picture.height, bottom + reach),
        )
        around = _around(picture, line.box, window)
        if around is None:
            continue
        off = distance(picture.crop(window), around)
        inner = (left - window[0], top - window[1], right - window[0], bottom - window[1])
        histogram = off.crop(inner).histogram()
        faint.append(histogram)
        peak = _peak(histogram)
        text = picture.crop(line.box)
        if peak and _is_rectangle(off, inner, peak) and not _is_coloured(text, around, peak):
            found.append((peak, histogram, line))
    for peak, histogram, line in found:
        # What compressing leaves around all letters is no patch under one of them.
        usual = sorted(_mass(other, peak) for other in faint)[len(faint) // 2]
        if _mass(histogram, peak) > 2.2 * usual:
            yield Trace("patch", PATCH, line.box, str(peak))


def _parts(line: Line) -> Iterator[Line]:
    """A line, and what stands behind its colon: of 「状态：待发货」 only the value was pasted over."""
    yield line
    if named := _NAMED.match(line.text):
        left, top, right, bottom = line.box
        before, whole = _width(named[1]), _width(line.text)
        yield Line(named[2], (left + round((right - left) * before / whole), top, right, bottom), line.sure)


def _width(text: str) -> float:
    return sum(1 + (not sign.isascii()) for sign in text)


def _is_coloured(inner: Image.Image, around: Colour, peak: int) -> bool:
    """Whether the ground that is so far off is so in one colour more than in another, as a designer's chip."""
    ground = _ground_near(inner, around, peak)
    shifts = [value - other for value, other in zip(ground, around, strict=True)]
    return peak > PLAIN and max(shifts) - min(shifts) > HUE


def _ground_near(inner: Image.Image, around: Colour, peak: int) -> Colour:
    """The colour of those pixels that are about so far off the ground around."""
    spread = max(2, round(0.4 * peak))
    mask = distance(inner, around).point([255 if abs(value - peak) <= spread else 0 for value in range(256)])
    histogram = inner.histogram(mask)
    means = []
    for channel in range(3):
        counts = histogram[256 * channel : 256 * channel + 256]
        means.append(round(sum(value * count for value, count in enumerate(counts)) / max(1, sum(counts))))
    return (means[0], means[1], means[2])


def _mass(histogram: list[int], peak: int) -> float:
    """How much of a text's box is about so far off its ground."""
    spread = max(1, peak // 4)
    return sum(histogram[peak - spread : peak + spread + 1]) / max(1, sum(histogram))


def _around(picture: Image.Image, box: Box, window: Box) -> Colour | None:
    """The ground beside a text, as two of its sides at least show it."""
    near = int(0.45 * (box[3] - box[1]))
    strips = (
        (window[0], box[1], box[0] - near, box[3]), (box[2] + near, box[1], window[2], box[3]),
        (box[0], window[1], box[2], box[1] - near), (box[0], box[3] + near, box[2], window[3]),
    )  # fmt: skip
    fit = [strip for strip in strips if strip[2] - strip[0] > 2 and strip[3] - strip[1] > 2]
    grounds = [ground for strip in fit if (ground := ground_of(picture.crop(strip)))]
    best = max(grounds, key=lambda one: sum(_off(one, other) <= SAME for other in grounds), default=None)
    return best if best and sum(_off(best, other) <= SAME for other in grounds) >= 2 else None


def ground_of(piece: Image.Image, least: float = 0.4) -> Colour | None:
    """The colour that most of it has, or at least so much of it."""
    histogram, channels = piece.histogram(), []
    for channel in range(3):
        counts = histogram[256 * channel : 256 * channel + 256]
        best = max(range(256), key=lambda value: sum(counts[max(0, value - 1) : value + 2]))
        if sum(counts[max(0, best - 2) : best + 3]) < least * piece.width * piece.height:
            return None
        channels.append(best)
    return (channels[0], channels[1], channels[2])


def distance(piece: Image.Image, colour: Colour) -> Image.Image:
    """How far each pixel is off a colour, in the channel where it is furthest."""
    red, green, blue = ImageChops.difference(piece, Image.new("RGB", piece.size, colour)).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _peak(histogram: list[int]) -> int | None:
    """The faint distance that much of a text's box has; None where its ground is that around it."""
    best = max(FAINT, key=lambda value: _mass(histogram, value))
    return best if _mass(histogram, best) >= LEAST_MASS and sum(histogram[:2]) < 0.5 * sum(histogram) else None


def _is_rectangle(off: Image.Image, inner: Box, peak: int) -> bool:
    """Whether what is so far off is one rectangle about the text: it ends on each side, and its corners are sharp."""
    spread = max(2, round(0.4 * peak))
    near = off.point([255 if abs(value - peak) <= spread else 0 for value in range(256)])
    ground = off.point([255 if value <= max(1, peak - spread - 1) else 0 for value in range(256)])
    frame = off.point([255 if value > peak + spread + 5 else 0 for value in range(256)])
    masks = (near, ground, frame)
    columns = [mask.crop((0, inner[1], off.width, inner[3])).resize((off.width, 1), BOX).tobytes() for mask in masks]
    rows = [mask.crop((inner[0], 0, inner[2], off.height)).resize((1, off.height), BOX).tobytes() for mask in masks]
    left, right = _first(columns, inner[0], -1), _first(columns, inner[2] - 1, 1)
    top, bottom = _first(rows, inner[1], -1), _first(rows, inner[3] - 1, 1)
    if left is None or right is None or top is None or bottom is None or right - left < 8 or bottom - top < 8:
        return False
    edges = (
        (left + 2, top, right - 1, top + 2), (left + 2, bottom - 1, right - 1, bottom + 1),
        (left, top + 2, left + 2, bottom - 1), (right - 1, top + 2, right + 1, bottom - 1),
    )  # fmt: skip
    corners = ((left, top), (right - 2, top), (left, bottom - 2), (right - 2, bottom - 2))
    return (
        sum(_share(near.crop(edge)) > 0.65 for edge in edges) >= 3
        and sum(_share(near.crop((x, y, x + 3, y + 3))) > 0.55 for x, y in corners) >= 3
    )


def _first(profile: list[bytes], start: int, step: int) -> int | None:
    """The last place of the patch, looking outwards from the text; None where it does not end in the ground."""
    near, ground, frame = profile
    last, outside = None, 0
    place = start - step * 4
    while 0 <= place < len(near):
        if near[place] > 150:
            last, outside = place, 0
        elif ground[place] > 165:
            outside += 1
            if outside == 3:
                return last
        elif last is not None and frame[place] > 150 and abs(place - start) > 2:
            return None
        place += step
    return None


def _share(mask: Image.Image) -> float:
    """How much of a mask is set."""
    return mask.histogram()[255] / max(1, mask.width * mask.height)


def _off(one: Colour, other: Colour) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _at(picture: Image.Image, place: tuple[int, int]) -> Colour:
    x, y = min(max(place[0], 0), picture.width - 1), min(max(place[1], 0), picture.height - 1)
    red, green, blue = picture.getpixel((x, y))  # type: ignore[misc]  # pictures come here in colours
    return (red, green, blue)


def bars(picture: Image.Image, lines: Sequence[Line]) -> Iterator[Trace]:
    """A label whose value is gone under a bar in nearly the colour of the ground."""
    for line in lines:
        _left, top, right, bottom = line.box
        high, y = bottom - top, (top + bottom) // 2
        beside = any(other is not line and other.box[1] < y < other.box[3] for other in lines)
        if beside or right > 0.6 * picture.width or len(line.text) > 14:
            continue
        row = picture.crop((right, y, picture.width, y + 1))
        colours = [_at(row, (x, 0)) for x in range(row.width)]
        if bar := _bar(colours, high):
            yield Trace("bar", BAR, (right + bar[0], top, right + bar[1], bottom))


def _bar(colours: list[Colour], high: int) -> tuple[int, int] | None:
    """Where one faint stretch begins and ends in a row of one ground."""
    if len(colours) < 4 * high:
        return None
    ground = colours[min(high // 2, len(colours) - 1)]
    off = [n for n, colour in enumerate(colours) if _off(colour, ground) > SAME]
    if not off:
        return None
    first, last = off[0], off[-1]
    edge = next((n for n in range(first, len(colours)) if _off(colours[n], ground) <= SAME), len(colours))
    stretch = colours[first + 2 : edge - 2]
    flat = len(stretch) > 2 * high and all(_off(colour, stretch[0]) <= SAME for colour in stretch)
    faint = bool(stretch) and _off(stretch[0], ground) in FAINT
    rest_is_ground = edge < len(colours) - 2 and last <= max(edge, len(colours) - high)
    return (first, edge) if flat and faint and rest_is_ground and edge - first < 0.8 * len(colours) else None
