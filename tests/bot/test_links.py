"""A deep link proves an order to be the visitor's: only this shop can write one, whatever its numbers look like."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import LinkError, Links, secret

OURS = Links(b"a shop's secret")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=11))
def test_a_number_of_any_characters_comes_back_as_it_was(order_no: str) -> None:
    payload = OURS.payload(order_no) if len(order_no.encode()) <= 35 else OURS.payload(order_no[:8])
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    assert OURS.read(payload) in (order_no, order_no[:8])


@pytest.mark.parametrize(
    "order_no",
    [
        "KM202611201530012345",
        "XL-418817565",
        "2610213705251474",
        "订单-0001",
        "a b/c?d=e&f",
        "x" * 47,
        "5f0c1b9e-6a3e-4c3f-9a54-0d4c9f7be1a2",
    ],
)
def test_the_usual_numbers_fit(order_no: str) -> None:
    payload = OURS.payload(order_no)
    assert len(payload) <= 64 and OURS.read(payload) == order_no


@pytest.mark.parametrize("order_no", ["", "x" * 48, "订" * 12])
def test_a_number_that_does_not_fit_is_said_so(order_no: str) -> None:
    with pytest.raises(LinkError, match=f"of {len(order_no)} characters does not fit"):
        OURS.payload(order_no)


def test_a_change_of_any_one_character_is_seen() -> None:
    payload = OURS.payload("KM202611201530012345")
    for place, letter in enumerate(payload):
        assert OURS.read(payload[:place] + ("A" if letter != "A" else "B") + payload[place + 1 :]) is None


@pytest.mark.parametrize(
    "payload",
    ["", "p", "KM202611201530012345", "x" * 65, "p订单" + "x" * 16, "x" * 1_000_000, "b!" + "A" * 16, "\ud800"],
)
def test_what_this_shop_has_not_written_is_nothing(payload: str) -> None:
    assert OURS.read(payload) is None


def test_another_shops_link_is_nothing() -> None:
    assert OURS.read(Links(b"another secret").payload("KM202611201530012345")) is None


def test_the_seal_is_of_at_least_96_bits() -> None:
    assert len(OURS.payload("A")) - len("pA") >= 16


def test_the_configured_secret_goes_first_and_writes_no_file(tmp_path: Path) -> None:
    assert secret("mine", tmp_path) == b"mine" and not any(tmp_path.iterdir())


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first = secret("", tmp_path / "data")
    assert len(first) >= 32 and secret("", tmp_path / "data") == first
    assert [(f.name, stat.S_IMODE(f.stat().st_mode)) for f in (tmp_path / "data").iterdir()] == [("secret", 0o600)]


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: secret("", tmp_path), range(16)))) == 1
