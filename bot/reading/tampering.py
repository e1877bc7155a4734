"""Signs that a picture was touched up."""
from bot.reading import Trace
def traces(picture, lines, data, kind): return []
