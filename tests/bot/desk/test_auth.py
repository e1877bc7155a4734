"""Who comes in: passwords, sessions that end, and a door that closes on guessing."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.desk.auth import COOKIE, HASHER, Door, TooManyTries, Visit, hash_password, new_id
from bot.rates import KEPT
from flows.model import Actor, Role
from storage.nouns import StaffMember

HASH = hash_password("correct horse")


def a_request(cookie: str = "", scheme: str = "http") -> Request:
    headers = [(b"host", b"desk.example")] + ([(b"cookie", f"{COOKIE}={cookie}".encode())] if cookie else [])
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/desk/",
            "root_path": "/desk",
            "scheme": scheme,
            "query_string": b"",
            "headers": headers,
            "server": ("desk.example", 80),
        }
    )


class Accounts:
    """Staff by name, as the store has them; they can be changed."""

    def __init__(self) -> None:
        self.known = {"a1": StaffMember("a1", Role.AGENT, HASH)}

    def __call__(self, name: str) -> StaffMember | None:
        return self.known.get(name)


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture
def door(accounts: Accounts) -> Door:
    return Door(accounts, "secret")


def cookie_of(response: Response) -> str:
    return response.headers["set-cookie"].split(";")[0].partition("=")[2]


def logged_in(door: Door) -> str:
    member = door.log_in("a1", "correct horse", "1.2.3.4")
    response = Response()
    door.remember(response, a_request(), Visit(new_id()), member)
    return cookie_of(response)


def test_a_password_is_kept_as_a_hash_that_is_slow_to_guess() -> None:
    assert HASH.startswith("$argon2id$") and "m=19456,t=2,p=1" in HASH
    assert HASHER.verify(HASH, "correct horse")
    assert hash_password("correct horse") != HASH


def test_who_knows_the_password_comes_in(door: Door) -> None:
    assert door.visit(a_request(logged_in(door))).who == Actor(Role.AGENT, "a1")


@pytest.mark.parametrize("name, password", [("a1", "wrong"), ("a1", ""), ("nobody", "correct horse"), ("", "")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(door: Door, name: str, password: str) -> None:
    assert door.log_in(name, password, "1.2.3.4") is None


def test_an_account_whose_hash_is_broken_lets_nobody_in(door: Door, accounts: Accounts) -> None:
    accounts.known["a1"] = StaffMember("a1", Role.AGENT, "plain text")
    assert door.log_in("a1", "plain text", "1.2.3.4") is None


def test_guessing_closes_the_door_to_that_name_and_address_only(door: Door, accounts: Accounts) -> None:
    accounts.known["b2"] = StaffMember("b2", Role.AGENT, HASH)
    for _ in range(5):
        door.log_in("a1", "guess", "1.2.3.4")
    with pytest.raises(TooManyTries):
        door.log_in("a1", "correct horse", "1.2.3.4")
    assert door.log_in("a1", "correct horse", "5.6.7.8") is not None
    assert door.log_in("b2", "correct horse", "1.2.3.4") is not None


def test_trying_many_names_closes_the_door_to_that_address(door: Door) -> None:
    with pytest.raises(TooManyTries):
        for n in range(21):
            door.log_in(f"name{n}", "guess", "1.2.3.4")


def test_whoever_is_turned_away_at_their_address_makes_no_others_tries_forgotten(door: Door) -> None:
    def turned_away(name: str, address: str) -> bool:
        try:
            door.log_in(name, "guess", address)
        except TooManyTries:
            return True
        return False

    guesses = [turned_away("a1", f"1.2.3.{n // 5}") for n in range(30)]
    others = [turned_away(f"name{n}", "5.6.7.8") for n in range(KEPT + 25)]
    assert not any(guesses) and others.count(False) <= 40
    assert turned_away("a1", "9.9.9.9")


@pytest.mark.parametrize("change", ["password", "role", "gone"])
def test_a_session_ends_with_what_it_was_given_for(door: Door, accounts: Accounts, change: str) -> None:
    cookie = logged_in(door)
    member = accounts.known.pop("a1")
    if change == "password":
        accounts.known["a1"] = StaffMember("a1", member.role, hash_password("new one"))
    elif change == "role":
        accounts.known["a1"] = StaffMember("a1", Role.SUPERVISOR, member.password_hash)
    assert door.visit(a_request(cookie)).who is None


@pytest.mark.parametrize("cookie", ["", "nonsense", "eyJuYW1lIjoiYTEifQ.x.y"])
def test_a_made_up_cookie_is_a_stranger(door: Door, cookie: str) -> None:
    assert door.visit(a_request(cookie)).who is None


def test_a_cookie_of_another_house_is_worth_nothing(door: Door, accounts: Accounts) -> None:
    assert Door(accounts, "another secret").visit(a_request(logged_in(door))).who is None


def test_whoever_comes_in_gets_a_new_mark(door: Door) -> None:
    before = Visit(new_id())
    response = Response()
    door.remember(response, a_request(), before, door.log_in("a1", "correct horse", "1.2.3.4"))
    assert door.visit(a_request(cookie_of(response))).mark != before.mark


def test_the_cookie_is_for_the_desk_alone_and_secure_where_the_page_is(door: Door) -> None:
    for scheme, secure in (("http", False), ("https", True)):
        response = Response()
        door.remember(response, a_request(scheme=scheme), Visit("m"))
        cookie = response.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/desk/" in cookie
        assert ("Secure" in cookie) is secure


def test_a_form_is_good_for_the_browser_that_it_was_written_for(door: Door) -> None:
    mine, theirs = Visit("mine"), Visit("theirs")
    assert door.wrote(door.token(mine), mine)
    assert not door.wrote(door.token(mine), theirs)
    assert not door.wrote("", mine)
    assert not door.wrote("mine", mine)
