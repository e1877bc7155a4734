"""Whether a picture may have been touched up, in one figure from 0 to 1 and with its reasons. For staff eyes only."""

from collections.abc import Iterable

from nlp.pictured import PictureReading, Trace


def forged(traces: Iterable[Trace], picture: PictureReading) -> float:
    """How likely it is that the picture was touched up: each sign takes its share of what is left of being honest."""
    honest = 1.0
    for trace in (*traces, *impossible(picture)):
        honest *= 1 - trace.weight
    return round(1 - honest, 3)


def impossible(picture: PictureReading) -> tuple[Trace, ...]:
    """Times that cannot be."""
    return ()
