"""Packed rows add up like the two layers that they stand for."""

import json
import zlib
from base64 import b64encode

import pytest

from nlp.model import default, parse, softmax


def _model(rows: dict[str, list[int]], told: list[int] | None = None) -> str:
    """Two units, two classes: the first unit speaks for the first class, the second for the second."""

    def squeezed(numbers: list[int], nothing: int = 128) -> str:
        return b64encode(zlib.compress(bytes(number + nothing for number in numbers))).decode()

    return json.dumps(
        {
            "classes": ["x", "y"], "steps": [1.0, 1.0], "sharpness": 1.0,
            "unit_bias": [0.0, 0.0], "class_bias": [0.0, 0.5],
            "names": "\n".join(rows),
            "first": squeezed([weight for row in rows.values() for weight in row]),
            "second": squeezed([1, 0, 0, 0, 1, 0]),
            "told": squeezed(told or [0] * 2 * len(rows), 0),
        }
    )  # fmt: skip


def test_the_odds_are_those_of_the_two_layers() -> None:
    model = parse(_model({"a": [3, -2], "b": [-1, 4]}))
    assert model.odds([0, 1]) == pytest.approx(softmax([(3 - 1) / 2**0.5, (-2 + 4) / 2**0.5 + 0.5]))


def test_a_unit_that_is_spoken_against_is_silent() -> None:
    model = parse(_model({"a": [3, -90]}))
    assert model.odds([0]) == pytest.approx(softmax([3.0, 0.5]))


def test_the_rows_of_a_very_long_text_do_not_run_into_each_other() -> None:
    model = parse(_model({"a": [127, -127]}))
    assert model.odds([0] * 5_000)[0] == pytest.approx(1.0)


def test_a_feature_is_known_however_often_it_stands_there() -> None:
    model = parse(_model({"a": [0, 0], "ab": [0, 0], "c": [0, 0], "@x": [0, 0]}))
    assert model.known("abcab", {"@x", "@y"}) == {0, 1, 2, 3}
    assert model.known("a@x", set()) == {0}


def test_nothing_known_leaves_what_is_usual() -> None:
    assert parse(_model({"a": [1, 1]})).odds([]) == pytest.approx(softmax([0.0, 0.5]))


def test_what_speaks_for_a_class_is_named_strongest_first() -> None:
    model = parse(_model({"a": [0, 0], "b": [0, 0], "c": [0, 0]}, told=[3, 9, 0, 0, 1, 7]))
    assert [name for _, name in model.strongest([0, 1, 2], 0, 5)] == ["b", "a"]


def test_the_shipped_weights_can_be_loaded() -> None:
    assert len(default().classes) == 22
