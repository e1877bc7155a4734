"""Settings: a TOML file and the environment become one frozen object; what is wrong in them is said in one line."""

import difflib
import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "REFUND_DESK_"
OWN_FILES = ("rules.file", "words.file", "staff.replies")
"""Settings that name a file; in a configuration file they are meant from that file's folder."""


TOKEN = re.compile(r"\d{3,}:[\w-]{5,}")


class CannotStart(Exception):
    """Why a command cannot start, in one line that says what to do."""


class ConfigError(CannotStart):
    """What is wrong with the settings."""


class _Group(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Database(_Group):
    """Where cases, talks and the outbox are kept."""

    url: SecretStr = SecretStr("")
    """Empty: SQLite in the data folder. For PostgreSQL: "postgresql+psycopg://user:password@host/name"."""


class Web(_Group):
    """The customer chat page and the staff desk."""

    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for every network, behind a proxy with TLS."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """Port to listen on; 0 takes any free one."""
    public_url: str = ""
    """Address by which visitors reach it, such as https://refund.example; empty: host and port."""
    metrics_token: SecretStr = SecretStr("")
    """Who shows it (Authorization: Bearer) may read /metrics from anywhere; empty: this machine itself alone."""


class Conversation(_Group):
    """What a customer may send at once."""

    max_characters: Annotated[int, Field(ge=100)] = 20_000
    """Longest message that is read; the writer of a longer one is asked to shorten it."""


class EvidenceLimits(_Group):
    """The files that customers hand in: where they are kept, and their bounds."""

    store: str = ""
    """Another folder, as machines may share one, or s3://bucket/path with AWS_* in the environment; empty: in data."""
    max_megabytes: Annotated[int, Field(ge=1, le=100)] = 20
    """Largest file, in megabytes of 1,000,000 bytes."""
    max_document_megabytes: Annotated[int, Field(ge=1, le=100)] = 5
    """Largest PDF, in megabytes."""
    max_megapixels: Annotated[int, Field(ge=1, le=80)] = 25
    """Largest picture, in millions of pixels."""
    max_pieces: Annotated[int, Field(ge=1, le=500)] = 30
    """Most pieces of evidence in one case."""


class Rules(_Group):
    """The shop's own refund rules."""

    file: str = ""
    """Figures and rows that are laid over flows/policy.toml; empty: the rules as they come."""


class Words(_Group):
    """The shop's own words."""

    file: str = ""
    """Keywords that are merged over nlp/lexicon.toml; empty: the words as they come."""
    order_formats: tuple[str, ...] = ()
    """Patterns of the shop's own order numbers, such as "XH[0-9]{14}"; empty: the usual formats."""

    @field_validator("order_formats")
    @classmethod
    def _are_patterns(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in formats:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no pattern: {error}") from None
        return formats


class Telegram(_Group):
    """The Telegram channel: customers in private chat, staff in a group."""

    token: SecretStr = SecretStr("")
    """Token of the shop's bot, from @BotFather; several with blanks between them. Empty: no Telegram."""
    carrier: Literal["ptb", "aiogram"] = "ptb"
    """The library that carries it: ptb (python-telegram-bot, light) or aiogram."""
    receive: Literal["polling", "webhook", "forwarded"] = "polling"
    """polling asks Telegram; webhook has Telegram post to web.public_url; forwarded: another program hands over."""
    webhook_secret: SecretStr = SecretStr("")
    """What whoever posts updates has to show; empty: made from the shop's secret, which is enough for webhook."""
    staff_group: int = 0
    """Id of the staff's group with topics, such as -1001234567890; 0: staff work at the web desk alone."""
    api_url: str = "https://api.telegram.org"
    """Where the Bot API is; a server of your own may stand here."""


class Staff(_Group):
    """Those who work here."""

    replies: str = ""
    """Ready-made replies that are laid over bot/desk/replies.toml; empty: those as they come."""


class Log(_Group):
    """What is written on standard error. Never a customer's words, contacts or codes."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """From which weight on: debug, info, warning, error."""
    form: Literal["text", "json"] = "text"
    """text for people, json for programs."""


class Settings(BaseSettings):
    """Everything that the owner can set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
    )

    data: Path = Path("data")
    """Folder for the database, the evidence and the secret."""
    language: Literal["zh-CN", "en"] = "zh-CN"
    """Language of a customer who has not written yet: zh-CN or en."""
    secret: SecretStr = SecretStr("")
    """Signs deep links and sessions; better from the environment. Empty: made once and kept in the data folder."""
    database: Database = Database()
    web: Web = Web()
    conversation: Conversation = Conversation()
    evidence: EvidenceLimits = EvidenceLimits()
    rules: Rules = Rules()
    words: Words = Words()
    telegram: Telegram = Telegram()
    staff: Staff = Staff()
    log: Log = Log()

    @model_validator(mode="after")
    def _telegram_is_whole(self) -> "Settings":
        """What is needed only together with something else. No word of a token is repeated."""
        chosen = self.telegram
        if any(not TOKEN.fullmatch(token) for token in chosen.token.get_secret_value().split()):
            raise ValueError("telegram.token: expected the bot's number, a colon and 35 signs, as @BotFather gives it")
        if chosen.token.get_secret_value() and chosen.receive == "webhook" and not self.web.public_url:
            raise ValueError("telegram.receive: a webhook needs web.public_url, the address that Telegram posts to")
        if chosen.receive == "forwarded" and not chosen.webhook_secret.get_secret_value():
            raise ValueError("telegram.webhook_secret: needed where another program hands over updates")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def database_url(self) -> str:
        """The database that is meant: the named one, else a file in the data folder."""
        return self.database.url.get_secret_value() or f"sqlite:///{self.data / 'refund-desk.db'}"


def load(file: Path | None = None) -> Settings:
    """The settings of this file, those of the environment over them, the defaults beneath. Raises ConfigError."""
    raw = _read(file) if file else {}
    for key in _keys(raw):
        if key not in KNOWN:
            raise ConfigError(f"{file}: unknown setting {key}; the nearest known one is {_nearest(key, KNOWN)}")
    for name, value in os.environ.items():
        name = name.upper()
        # Kubernetes sets others of this prefix: ..._WEB_SERVICE_HOST and ..._WEB_PORT, with an address, of a service.
        meant = name.startswith(MEANT) or name.replace("__", "_") in WITH_ONE
        if meant and name not in VARIABLES and not value.startswith("tcp://"):
            nearest = _nearest(name, VARIABLES)
            raise ConfigError(f"environment: unknown setting {name}; the nearest known one is {nearest}")
    try:
        return Settings(**_beside(raw, file))
    except ValidationError as error:
        raise ConfigError(_first(error, file)) from None
    except ValueError as error:  # pydantic-settings, of an environment variable that it cannot take apart
        raise ConfigError(str(error).splitlines()[0]) from None


def as_toml() -> str:
    """Every setting with its default and its line of explanation: the text of config.example.toml."""
    lines = [
        "# Every setting with its default. Name the file with --config; what is left out keeps its default.",
        f"# The environment goes before the file: {PREFIX}SECRET, {PREFIX}DATABASE__URL, {PREFIX}WEB__PORT ...",
    ]
    group = None
    for key, explanation, default in described():
        head, _, name = key.rpartition(".")
        if head != group:
            lines += ["", *([f"[{head}]  # {_group_line(head)}"] if head else [])]
            group = head
        lines += [f"# {explanation}", f"{name} = {default}"]
    return "\n".join(lines) + "\n"


def described() -> Iterator[tuple[str, str, str]]:
    """(dotted name, explanation, default as TOML) of every setting."""
    for name, field in Settings.model_fields.items():
        if not isinstance(field.default, _Group):
            yield name, field.description or "", _toml(field.default)
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, _Group):
            for inner, setting in type(field.default).model_fields.items():
                yield f"{name}.{inner}", setting.description or "", _toml(setting.default)


def _group_line(name: str) -> str:
    return type(Settings.model_fields[name].default).__doc__ or ""


def _toml(value: object) -> str:
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value.get_secret_value() if isinstance(value, SecretStr) else value}"'


def _read(file: Path) -> dict[str, Any]:
    try:
        # Editors on Windows put a mark before the first letter.
        return tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: is not TOML: {error}") from None


def _keys(raw: Mapping[str, Any]) -> Iterator[str]:
    for key, value in raw.items():
        if isinstance(value, dict) and key in GROUPS:
            yield from (f"{key}.{inner}" for inner in value)
        else:
            yield key


def _nearest(name: str, known: Collection[str]) -> str:
    return difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]


def _beside(raw: dict[str, Any], file: Path | None) -> dict[str, Any]:
    for group, name in (key.split(".") for key in OWN_FILES):
        named = raw.get(group, {})
        if file and isinstance(named, dict) and isinstance(named.get(name), str) and named[name]:
            named[name] = os.path.join(file.parent, named[name])
    return raw


def _first(error: ValidationError, file: Path | None) -> str:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = ".".join(str(part) for part in problem["loc"])
    said = [str(file or "settings"), *([name] if name else []), problem["msg"].removeprefix("Value error, ")]
    return ": ".join(said)


GROUPS = frozenset(name for name, field in Settings.model_fields.items() if isinstance(field.default, _Group))
KNOWN = [name for name, _, _ in described()]
VARIABLES = [PREFIX + key.upper().replace(".", "__") for key in KNOWN]
"""How the settings are called in the environment."""
MEANT = tuple(f"{PREFIX}{group.upper()}__" for group in GROUPS)
WITH_ONE = frozenset(name.replace("__", "_") for name in VARIABLES)
