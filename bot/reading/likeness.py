"""How a picture looks, small enough to be kept: a difference hash that nominates, and a thumbnail to look closer.

Two different orders on one page look more alike than one picture saved twice: what is read decides (flows/reuse.py).
"""

from PIL import Image

HASH_SIDE, THUMB_SIDE = 8, 24


def print_of(picture: Image.Image) -> str:
    """The hash (16 hex digits), then the thumbnail's grey values (2 hex digits each)."""
    grey = picture.convert("L")
    grid = grey.resize((HASH_SIDE + 1, HASH_SIDE), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(HASH_SIDE):
        start = row * (HASH_SIDE + 1)
        for column in range(HASH_SIDE):
            bits = bits << 1 | (grid[start + column] > grid[start + column + 1])
    thumb = grey.resize((THUMB_SIDE, THUMB_SIDE), Image.Resampling.BOX).tobytes()
    return f"{bits:016x}{thumb.hex()}"
