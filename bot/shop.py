"""The shop's own files: its rules over the packaged ones, its words over the packaged ones."""

from pathlib import Path

from bot.config import ConfigError, Settings
from flows.policy import BadPolicy, Policy
from flows.policy import load as load_policy
from nlp.lexicon import Lexicon
from nlp.lexicon import default as packaged_words
from nlp.lexicon import load as load_words


def rules(settings: Settings) -> Policy:
    """Rules that contradict themselves are refused: nobody is judged by half a file."""
    try:
        return load_policy(*_own(settings.rules.file))
    except BadPolicy as bad:
        raise ConfigError(f"{settings.rules.file}: {' '.join(str(bad).split())}") from None


def words(settings: Settings) -> Lexicon:
    """A line that cannot be used is left out, and named in the lexicon's `faults`."""
    own, formats = _own(settings.words.file), settings.words.order_formats
    if not own and not formats:
        return packaged_words()
    return load_words(*own, order_formats=formats) if formats else load_words(*own)


def _own(file: str) -> tuple[str, ...]:
    """Nothing, where the settings name no file."""
    return (text_of(file),) if file else ()


def text_of(file: str) -> str:
    """The text of one of the shop's files. Raises ConfigError."""
    try:
        return Path(file).read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not UTF-8 text") from None
