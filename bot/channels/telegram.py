"""Telegram's JSON: an update becomes a message of a customer, a sentence becomes calls of the Bot API. No library."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from bot.botapi import Json
from bot.channels import Incoming, Outgoing
from bot.updates import OURS, FileRef, Update, command, file_refs, fits, within, words

LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA = 4096, 1024, 64
DONE = OURS + "-"
"""The data of a button that was pressed: it only shows the choice."""
COMMANDS = ("start", "refund", "status", "human", "cancel", "help")
SHORT_LABEL = 8
"""Buttons of so few characters stand two in a row."""
# fmt: off
UNREADABLE = (
    "sticker", "voice", "video_note", "video", "audio", "animation", "location", "venue", "poll", "dice", "story",
    "game", "giveaway", "checklist", "paid_media", "gift",
)
# fmt: on


# ---- what a customer sends


def incoming(channel: str, updates: Sequence[Update]) -> tuple[Incoming, tuple[FileRef, ...]]:
    """One message of a customer, and what is to be fetched for it. Several updates are the parts of one album."""
    first = updates[0]
    chat, language = str(first.user), _language(first.body)
    if first.press:
        value = str(first.body.get("data", "")).removeprefix(OURS)
        return Incoming(channel, chat, first.key, button=value, language=language), ()
    texts = [text for update in updates if (text := _words(update.body))]
    name, rest = command(str(first.body.get("text", "")))
    if name in COMMANDS:
        return _command(channel, first, name, rest, language), ()
    # A changed caption has the same picture: that was taken the first time.
    files = () if "edit_date" in first.body else tuple(ref for update in updates for ref in file_refs(update.body))
    kind = "text" if texts or files else _kind(first.body)
    return Incoming(channel, chat, first.key, "\n".join(texts), kind=kind, language=language), files


def _command(channel: str, update: Update, name: str, rest: str, language: str | None) -> Incoming:
    chat = str(update.user)
    if name == "start":
        return Incoming(channel, chat, update.key, payload=rest, language=language)
    if rest:
        # 「/refund KM2026… 没到账」: what is said behind it says more than the command.
        return Incoming(channel, chat, update.key, rest, language=language)
    return Incoming(channel, chat, update.key, button=name, language=language)


def _words(message: Json) -> str:
    contact = message.get("contact") or {}
    if contact.get("user_id") == message["from"]["id"]:
        return str(contact.get("phone_number", ""))
    return words(message)


def _kind(message: Json) -> str:
    return next((kind for kind in UNREADABLE if kind in message), "other")


def _language(body: Json) -> str | None:
    """That of the customer's app, as far as we speak it; whoever has another one is more likely to read English."""
    code = str((body.get("from") or {}).get("language_code", "")).lower()
    return None if not code else "zh-CN" if code.startswith("zh") else "en"


# ---- what goes to a customer


class Call(Struct, frozen=True):
    """A call of the Bot API."""

    method: str
    params: Mapping[str, Any]
    file: str | None = None  # a kept file that goes with it, as the part named `file`


def calls(message: Outgoing, chat: int, is_photo: Callable[[str], bool]) -> Iterator[Call]:
    """What sends a sentence: one call as a rule, more where it is long or has files; buttons stand under the last."""
    markup = keyboard(message.buttons)
    files = [*message.files]
    caption = message.text if files and fits(message.text, LONGEST_CAPTION) else ""
    texts = [] if caption else [*pieces(message.text)]
    for n, text in enumerate(texts):
        last = n == len(texts) - 1 and not files
        yield Call("sendMessage", {
            "chat_id": chat, "text": text, "reply_markup": markup if last else None,
            "link_preview_options": {"is_disabled": True},
        })  # fmt: skip
    for n, file in enumerate(files):
        last, words = n == len(files) - 1, caption if n == 0 and caption else None
        yield file_call(chat, file, is_photo(file), caption=words, reply_markup=markup if last else None)


def file_call(chat: int, file: str, photo: bool, **more: object) -> Call:
    method, part = ("sendPhoto", "photo") if photo else ("sendDocument", "document")
    return Call(method, {"chat_id": chat, part: "attach://file", **more}, file)


def as_document(call: Call) -> Call:
    """The same picture as a file."""
    kept = {name: value for name, value in call.params.items() if name != "photo"}
    return Call("sendDocument", {**kept, "document": "attach://file"}, call.file)


def keyboard(buttons: Sequence[tuple[str, str]]) -> Json | None:
    """Short labels two in a row. A button whose id is too long for Telegram is pressed by its question and place."""
    rows: list[list[Json]] = []
    for place, (button, label) in enumerate(buttons, 1):
        fits_in = len((OURS + button).encode()) <= LONGEST_DATA
        data = OURS + button if fits_in else f"{OURS}{PLACE}{button.partition('.')[0]}.{place}"
        short = len(label) <= SHORT_LABEL
        if short and rows and len(rows[-1]) == 1 and len(rows[-1][0]["text"]) <= SHORT_LABEL:
            rows[-1].append({"text": label, "callback_data": data})
        else:
            rows.append([{"text": label, "callback_data": data}])
    return {"inline_keyboard": rows} if rows else None


PLACE = "#"


def meant(value: str, offered: Sequence[str]) -> str:
    """The id of the button that was pressed; `offered`: those of the last question, in the order they stand in."""
    serial, _, place = value.removeprefix(PLACE).partition(".")
    if not value.startswith(PLACE) or not place.isdecimal():
        return value
    standing = offered[int(place) - 1 : int(place)]
    return next((button for button in standing if button.startswith(f"{serial}.")), f"{serial}.")


def chosen(press: Json, holds: bool) -> Json | None:
    """The keyboard after a press of one of its buttons: the choice, and what may be pressed at any time.

    None where it stays as it is. `holds`: the button was still good.
    """
    data = str(press.get("data", ""))
    rows = ((press.get("message") or {}).get("reply_markup") or {}).get("inline_keyboard")
    if not rows or not _of_a_question(data):
        return None
    kept = []
    for row in rows:
        pressed = [key for key in row if holds and key.get("callback_data") == data]
        ticked = [{"text": f"✓ {key['text']}", "callback_data": DONE} for key in pressed]
        lasting = [key for key in row if not _of_a_question(str(key.get("callback_data", "")))]
        if ticked or lasting:
            kept.append([*ticked, *lasting])
    return {"inline_keyboard": kept}


def _of_a_question(data: str) -> bool:
    """Such a button has the number of its question before its value: `rd:12.yes`."""
    value = data.removeprefix(OURS)
    return value[:1].isdigit() or value.startswith(PLACE)


def pieces(text: str) -> Iterator[str]:
    """A text in parts that Telegram takes, cut between lines where that is possible."""
    while not fits(text, LONGEST_TEXT):
        room = len(within(text, LONGEST_TEXT))
        cut = text.rfind("\n", 1, room)
        cut = cut if cut > 0 else room
        yield text[:cut].rstrip()
        text = text[cut:].lstrip("\n")
    if text:
        yield text
