"""Whoever visits the pages: a customer at the chat and the demo shop, staff at the desk. Small, and real underneath."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from httpx2 import Response
from starlette.testclient import TestClient

Field = dict[str, str]


class Customer:
    """A browser at the chat page."""

    def __init__(self, browser: TestClient, pictures_are_read: Callable[[], object] = lambda: None) -> None:
        self.browser, self._pictures_are_read = browser, pictures_are_read
        self._ids = count(1)

    def arrive(self) -> "Customer":
        assert self.browser.get("/chat/").status_code == 200
        return self

    def write(self, text: str = "", *pictures: bytes, id: str = "", **fields: str) -> Response:
        files = [("files", (f"{n}.png", picture, "image/png")) for n, picture in enumerate(pictures)]
        form = {"id": id or f"message-{next(self._ids):04}", "text": text, **fields}
        answer = self.browser.post("/chat/messages", **multipart(form, files))
        self._pictures_are_read()
        return answer

    def read(self, after: int = 0) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.browser.get(f"/chat/messages?after={after}").json()["messages"]
        return lines

    def said_to_me(self) -> list[str]:
        return [line["text"] for line in self.read() if not line["mine"]]

    def press(self, label: str) -> Response:
        buttons = {button["label"]: button["id"] for line in self.read() for button in line["buttons"]}
        return self.write(button=buttons[label])

    def comes_from_order(self, slug_or_product: str) -> str:
        """Through the link on the order's page in the demo shop. Returns the order's page."""
        shop = self.browser.get("/shop/").text
        page = next(link for link, text in links(shop) if slug_or_product in text)
        link = next(link for link, _ in links(self.browser.get(page).text) if "start=" in link)
        self.arrive()
        self.write(start=parse_qs(urlsplit(link).query)["start"][0])
        return page

    def hands_in(
        self, product: str = "Steam", words: str = "卡密输进去提示无效，激活不了", picture: str = "error_screen"
    ) -> str:
        """A whole claim for a new order, with its evidence. Returns the case's number."""
        self.browser.post("/shop/fresh")
        page = self.comes_from_order(product)
        self.write(words, self.browser.get(f"{page}/{picture}.png").content)
        self.press("确认提交")
        found = re.search(r"RF\d+", self.said_to_me()[-1])
        assert found, self.said_to_me()
        return found[0]


class Staff:
    """A browser at the desk."""

    def __init__(self, browser: TestClient) -> None:
        self.browser = browser

    def log_in(self, name: str, password: str) -> "Staff":
        self.try_to_log_in(name, password)
        return self

    def try_to_log_in(self, name: str, password: str, next: str = "") -> Response:
        page = self.browser.get("/desk/login", params={"next": next} if next else {})
        form = {"name": name, "password": password, "token": forms(page.text)[0]["token"]}
        return self.browser.post("/desk/login", params={"next": next}, data=form, follow_redirects=False)

    def sees(self, path: str) -> str:
        answer = self.browser.get(f"/desk/{path}")
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def forms(self, path: str) -> dict[str, Field]:
        """What can be done on a page, by its name."""
        return {form["do"]: form for form in forms(self.sees(path)) if "do" in form}

    def does(self, path: str, do: str, /, **fields: str) -> Response:
        form = self.forms(path)[do] | fields
        return self.browser.post(f"/desk/{path}", data=form, follow_redirects=False)


class _Reader(HTMLParser):
    """Forms with their fields, and links with their words."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Field] = []
        self.links: list[tuple[str, str]] = []
        self._area: str | None = None
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and self.forms and given.get("type") not in ("radio", "search"):
            self.forms[-1][given["name"]] = given.get("value", "")
        elif tag == "textarea" and self.forms:
            self._area = given["name"]
            self.forms[-1][self._area] = ""
        elif tag == "a":
            self.links.append((given.get("href", ""), ""))
            self._in_link = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "a":
            self._in_link = False

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1][self._area] += data
        elif self._in_link:
            link, words = self.links[-1]
            self.links[-1] = (link, words + data)


def forms(page: str) -> list[Field]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def links(page: str) -> list[tuple[str, str]]:
    reader = _Reader()
    reader.feed(page)
    return reader.links


def multipart(form: Field, files: list[tuple[str, tuple[str, bytes, str]]]) -> dict[str, Any]:
    """As the page sends it: always in parts, with files or without."""
    return {"files": [*((name, (None, value)) for name, value in form.items()), *files]}
