"""The rules of the house: who may import whom, what stays pure, what has a test, and documents that tell the truth."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from bot.commands.tables import READMES, renewed

ROOT = Path(__file__).parent.parent
ROOMS = ("nlp", "flows", "storage", "bot")
"""From the ground up: a room imports from itself and from those before it."""
MODULES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))

PURE = frozenset({
    "__future__", "base64", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "difflib",
    "enum", "functools", "hashlib", "hmac", "itertools", "json", "math", "operator", "pathlib", "re", "string",
    "struct", "tomllib", "types", "typing", "unicodedata", "zlib", "zoneinfo",
})  # fmt: skip
LIBRARIES = {
    "nlp": PURE | {"msgspec", "jieba", "ahocorasick_rs", "opencc"},
    "flows": PURE | {"msgspec", "transitions", "chinese_calendar"},
}
CLOCKS = frozenset({"now", "utcnow", "today", "time", "monotonic", "perf_counter"})
TOUCHES = frozenset({"open", "print", "input", "exec", "eval"})

NOUNS = frozenset({"flows/model.py", "nlp/codes.py", "nlp/reading.py", "nlp/pictured.py"})
UNTESTED = re.compile(r"(^|/)(__init__|__main__)\.py$|^storage/migrations/")
"""With the nouns, what has no test file of its own: there is nothing in it that could be wrong by itself."""
TOLD = {
    "flows/alarm.py": "reminders",
    "flows/claim.py": "refund",
    "flows/dispute.py": "appeal",
    "flows/followup.py": "follow_up",
    "flows/person.py": "human",
    "flows/progress.py": "refund",
    "flows/review.py": "appeal",
}
"""Parts of the conversation, which are tested as stories: what they do shows only in what is said."""


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are written in full"
            yield node.module or ""


def room_of(module: str) -> str:
    return module.partition(".")[0]


def of_rooms(*rooms: str) -> list[object]:
    return [
        pytest.param(file, id=name_of(file)) for file in MODULES if room_of(name_of(file).replace("/", ".")) in rooms
    ]


# ---- who may import whom


@pytest.mark.parametrize("file", of_rooms(*ROOMS))
def test_imports_run_down(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0]
    above = ROOMS[ROOMS.index(room) + 1 :]
    assert [module for module in imported(file) if room_of(module) in above] == []


@pytest.mark.parametrize("file", of_rooms("nlp", "flows"))
def test_what_decides_uses_only_listed_modules(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0]
    assert {room_of(module) for module in imported(file)} - LIBRARIES[room] - set(ROOMS) == set()


@pytest.mark.parametrize("file", of_rooms("nlp", "flows"))
def test_what_decides_has_no_clock_and_touches_nothing(file: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    clocks = [node.lineno for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS]
    touches = [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id in TOUCHES]
    assert (clocks, touches) == ([], [])


@pytest.mark.parametrize("file", of_rooms(*ROOMS))
def test_only_storage_knows_the_database_library(file: Path) -> None:
    if not name_of(file).startswith("storage/"):
        assert "sqlalchemy" not in {room_of(module) for module in imported(file)}


@pytest.mark.parametrize("file", of_rooms(*ROOMS))
def test_a_frozen_noun_is_a_struct(file: Path) -> None:
    found = re.findall(r"@dataclass\(.*frozen=True.*", file.read_text("utf-8"))
    assert [line for line in found if "# no Struct: " not in line] == []


def test_doors_do_not_import_one_another() -> None:
    doors = ("channels", "desk", "orders", "payouts")
    crossing = [
        (name_of(file), module)
        for door in doors
        for file in (ROOT / "bot" / door).rglob("*.py")
        for module in imported(file)
        for other in doors
        if other != door and module.startswith(f"bot.{other}.") and module != "bot.orders.order_json"
    ]
    assert crossing == []


# ---- every room is kept


@pytest.mark.parametrize("file", of_rooms(*ROOMS))
def test_a_module_says_first_what_lives_there(file: Path) -> None:
    assert (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").strip()


@pytest.mark.parametrize("file", [file for file in MODULES if not UNTESTED.search(name_of(file))], ids=name_of)
def test_every_module_has_its_test_file(file: Path) -> None:
    place = file.relative_to(ROOT)
    own = ROOT / "tests" / place.parent / f"test_{place.name}"
    story = ROOT / "tests" / "stories" / f"test_{TOLD.get(name_of(file), place.stem)}.py"
    assert name_of(file) in NOUNS or own.exists() or (place.parent.name == "flows" and story.exists())


# ---- texts


TEXTS = {file.stem: tomllib.loads(file.read_text("utf-8")) for file in (ROOT / "bot" / "texts").glob("*.toml")}
KEY = re.compile(r"[a-z_]+(\.[a-z_:]+)+")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def named_keys() -> Iterator[tuple[str, str]]:
    """Whatever is handed to `Text`, `say`, `tell` or `note` as a key."""
    for file in MODULES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                key = node.args[0].value
                if called in ("Text", "say", "tell", "note") and isinstance(key, str) and KEY.fullmatch(key):
                    yield name_of(file), key


def named_in_pages() -> Iterator[tuple[str, str]]:
    for page in (ROOT / "bot").rglob("*.html"):
        yield from (
            (name_of(page), key) for key in re.findall(r"""\bt\(["']([a-z_.]+)["'][,)]""", page.read_text("utf-8"))
        )


def test_every_text_is_there_in_every_language_with_the_same_places() -> None:
    chinese, english = TEXTS["zh-CN"], TEXTS["en"]
    assert chinese.keys() == english.keys()
    assert [key for key in chinese if placeholders(chinese[key]) != placeholders(english[key])] == []


def test_every_text_that_is_named_is_there() -> None:
    named = [*named_keys(), *named_in_pages()]
    assert len(named) > 100
    assert [(where, key) for where, key in named if key not in TEXTS["zh-CN"]] == []


def test_no_text_has_blanks_at_its_ends() -> None:
    every = [(key, text) for texts in TEXTS.values() for key, text in texts.items()]
    assert [key for key, text in every if text != text.strip()] == []


# ---- documents


@pytest.mark.parametrize("name", READMES)
def test_the_readme_shows_tables_and_settings_as_the_code_has_them(name: str) -> None:
    document = (ROOT / name).read_text("utf-8")
    assert document == renewed(document), "refund-desk tables --write puts it right"


@pytest.mark.parametrize("name", READMES)
def test_what_the_readme_points_to_is_there(name: str) -> None:
    document = (ROOT / name).read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", document) + re.findall(r'src="(?!https?:)([^"]+)"', document)
    assert links and [link for link in links if not (ROOT / link).exists()] == []


def test_the_map_in_the_readme_names_what_is_there() -> None:
    for name in READMES:
        tree = re.search(r"```text\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
        assert tree is not None
        assert [path for path in _paths(tree[1]) if not (ROOT / path).exists()] == []


def _paths(tree: str) -> Iterator[str]:
    """Lines of a map: a folder ends in a slash, what is in it is indented below."""
    folders: list[str] = []
    for line in filter(str.strip, tree.splitlines()):
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        folders[depth:] = [name] if name.endswith("/") else []
        yield "".join(folders[: depth + 1]) if name.endswith("/") else "".join(folders[:depth]) + name


# ---- what leaves the house


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    files = [ROOT / name for name in listed.split("\0") if name] or [
        *MODULES, *ROOT.glob("*.*"), *(ROOT / "tests").rglob("*.py")
    ]  # fmt: skip
    return [file for file in files if file.is_file() and file.suffix not in (".png", ".jpg", ".ico", ".webp", ".woff2")]


def test_nothing_names_the_host_of_a_package_index() -> None:
    # The first as a word: four signs of packed weights may spell it by chance.
    named_so = [r"\bpy" + r"pi\b", "python" + "hosted", "index" + "-url", "find" + "-links", "--ind" + "ex"]
    hosts = re.compile("|".join(named_so), re.IGNORECASE)
    named = [name_of(file) for file in tracked() if hosts.search(file.read_text("utf-8", "replace"))]
    assert named == []


def test_no_promise_is_left_lying_about() -> None:
    marks = re.compile("TO" + r"DO\b|FIX" + r"ME\b|XX" + r"X\b")
    code = chain(MODULES, (ROOT / "tests").rglob("*.py"))
    assert [name_of(file) for file in code if marks.search(file.read_text("utf-8"))] == []
