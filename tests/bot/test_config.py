"""Settings come from a file and the environment, and whatever is wrong in them is said in one line."""

import tomllib
from pathlib import Path

import pytest

from bot.config import ConfigError, Settings, as_toml, described, load


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "SECRET", "WEB__PORT", "DATABASE__URL"):
        monkeypatch.delenv(f"REFUND_DESK_{name}", raising=False)


def written(folder: Path, text: str) -> Path:
    file = folder / "shop.toml"
    file.write_text(text, "utf-8")
    return file


def test_nothing_needs_to_be_set() -> None:
    assert load().database_url == "sqlite:///data/refund-desk.db"


def test_what_the_file_leaves_out_keeps_its_default(tmp_path: Path) -> None:
    settings = load(written(tmp_path, "[web]\nport = 9000\n"))
    assert (settings.web.port, settings.web.host) == (9000, "127.0.0.1")


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUND_DESK_DATA", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("REFUND_DESK_WEB__PORT", "9001")
    settings = load(written(tmp_path, 'data = "here"\n[web]\nport = 9000\nhost = "0.0.0.0"\n'))
    assert (settings.data, settings.web.port, settings.web.host) == (tmp_path / "elsewhere", 9001, "0.0.0.0")


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUND_DESK_DATA", "")
    assert load().data == Path("data")


@pytest.mark.parametrize(
    "text, unknown, nearest",
    [
        ("[web]\nprot = 1\n", "web.prot", "web.port"),
        ("[evidence]\nmegapixels = 9\n", "evidence.megapixels", "evidence.max_megapixels"),
        ('datas = "x"\n', "datas", "data"),
        ("port = 1\n", "port", "web.port"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(tmp_path: Path, text: str, unknown: str, nearest: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown setting {unknown}; the nearest known one is {nearest}$"):
        load(written(tmp_path, text))


@pytest.mark.parametrize(
    "unknown, nearest",
    [
        ("REFUND_DESK_DATABASE_URL", "REFUND_DESK_DATABASE__URL"),
        ("REFUND_DESK_WEB__PROT", "REFUND_DESK_WEB__PORT"),
        ("REFUND_DESK_TELEGRAM_TOKEN", "REFUND_DESK_TELEGRAM__TOKEN"),
    ],
)
def test_an_unknown_variable_is_no_silent_sqlite_but_names_the_nearest_known_one(
    monkeypatch: pytest.MonkeyPatch, unknown: str, nearest: str
) -> None:
    monkeypatch.setenv(unknown, "postgresql://desk:hunter2@db/desk")
    with pytest.raises(ConfigError, match=f"unknown setting {unknown}; the nearest known one is {nearest}$"):
        load()


def test_variables_of_others_and_of_whole_groups_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REFUND_DESKTOP", "REFUND_DESK_SERVICE_HOST", "REFUND_DESK_PORT_8000_TCP"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("REFUND_DESK_WEB_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("REFUND_DESK_WEB_PORT", "tcp://10.0.0.1:80")
    monkeypatch.setenv("REFUND_DESK_WEB", '{"port": 9003}')
    assert load().web.port == 9003


@pytest.mark.parametrize(
    "text, named",
    [
        ('[web]\nport = "many"\n', "web.port"),
        ("[web]\nport = 70000\n", "web.port"),
        ("web = 3\n", "web"),
        ('language = "fr"\n', "language"),
        ("[log]\nlevel = 3\n", "log.level"),
        ('[words]\norder_formats = ["XH[0-9"]\n', "words.order_formats: 'XH[0-9' is no pattern"),
        ("[evidence]\nmax_megapixels = 100000\n", "evidence.max_megapixels"),
        ("data =\n", "is not TOML"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_file_and_key(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, text))
    assert named in str(error.value) and "shop.toml" in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_was_saved_on_windows_is_read(tmp_path: Path) -> None:
    assert load(written(tmp_path, "\ufeff[web]\r\nport = 9000\r\n")).web.port == 9000


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml: cannot be read: No such file"):
        load(tmp_path / "gone.toml")


def test_a_wrong_secret_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, 'secret = ["hunter2"]\n'))
    assert "hunter2" not in str(error.value)


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    assert "hunter2" not in repr(load(written(tmp_path, 'secret = "hunter2"\n[database]\nurl = "x:hunter2@y"\n')))


def test_the_shops_own_files_are_meant_from_the_configuration(tmp_path: Path) -> None:
    settings = load(written(tmp_path, '[rules]\nfile = "ours.toml"\n[words]\nfile = "/etc/words.toml"\n'))
    assert (settings.rules.file, settings.words.file) == (str(tmp_path / "ours.toml"), "/etc/words.toml")


def test_every_setting_has_a_default_and_one_line_of_explanation() -> None:
    assert [key for key, line, default in described() if not line or "\n" in line or not default] == []


def test_the_example_loads_as_the_defaults_and_lists_every_setting() -> None:
    example = Path(__file__).parents[2] / "config.example.toml"
    assert example.read_text("utf-8") == as_toml(), "refund-desk tables --write puts it right"
    assert load(example) == Settings()
    assert tomllib.loads(as_toml()).keys() == Settings.model_fields.keys()
