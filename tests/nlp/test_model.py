"""Weights in packed rows add up like weights."""

import base64
import json

import pytest

from nlp.model import default, parse, softmax


def _model(**rows: list[int]) -> str:
    weights = {name: base64.b85encode(bytes(weight + 128 for weight in row)).decode() for name, row in rows.items()}
    return json.dumps({"classes": ["x", "y"], "step": 1.0, "sharpness": 1.0, "bias": [0.0, 0.5], "weights": weights})


def test_the_odds_are_those_of_the_summed_weights() -> None:
    model = parse(_model(a=[3, -2], b=[-1, 4]))
    known = model.known(["a", "b", "unknown"])
    assert model.odds(known, 4) == pytest.approx(softmax([(3 - 1) / 2, (-2 + 4) / 2 + 0.5]))


def test_the_rows_of_a_very_long_text_do_not_run_into_each_other() -> None:
    model = parse(_model(a=[127, -127]))
    assert model.odds(model.known(["a"] * 5_000), 1)[0] == pytest.approx(1.0)


def test_nothing_known_leaves_what_is_usual() -> None:
    model = parse(_model(a=[1, 1]))
    assert model.odds(model.known(["z"]), 1) == pytest.approx(softmax([0.0, 0.5]))


def test_what_speaks_for_a_class_is_named_strongest_first() -> None:
    model = parse(_model(a=[3, 0], b=[9, 0], c=[-9, 0]))
    assert [name for _, name in model.strongest(["a", "b", "c"], 0, 5)] == ["b", "a"]


def test_the_shipped_weights_can_be_loaded() -> None:
    assert len(default().classes) == 22
