"""Telegram's updates taken apart, as far as customers' chats and the staff's group need the same of them."""

import re
from collections.abc import Iterator

from msgspec import Struct

from bot.botapi import Json

ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
LONGEST_FILE = 20_000_000
"""Bytes of a file that a bot can fetch (Bot API, getFile)."""
OURS = "rd:"
"""What the data of our buttons begins with: a bot that has others beside knows them by it."""
COMMAND = re.compile(r"/([a-z_]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
SERVICE = frozenset((
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo", "pinned_message",
    "group_chat_created", "supergroup_chat_created", "migrate_to_chat_id", "migrate_from_chat_id",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "message_auto_delete_timer_changed",
    "successful_payment", "refunded_payment", "web_app_data", "users_shared", "chat_shared", "write_access_allowed",
    "connected_website", "passport_data", "proximity_alert_triggered", "boost_added", "chat_background_set",
    "video_chat_scheduled", "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
))  # fmt: skip
"""What only Telegram or another program's buttons bring about: nobody said it, and a sales bot waits for some of it."""
ANONYMOUS = 1087968824
"""In whose name an administrator writes who hides theirs (Bot API, Message.from)."""


class Update(Struct, frozen=True):
    """An update as far as its way through the house depends on it."""

    key: str            # the same thing delivered twice has the same
    chat: int           # where it happened
    user: int           # who did it
    private: bool
    album: str          # of what belongs to one album: its id, else empty
    topic: int | None   # of a group with topics
    body: Json          # the message, or the press of a button
    press: bool         # a button was pressed


class FileRef(Struct, frozen=True):
    """A file that is still at Telegram's."""

    file_id: str
    name: str
    size: int


def parsed(raw: Json) -> Update | None:
    """None for whatever no person said or pressed, or cannot be taken apart, or changed beside its words."""
    for kind in ALLOWED_UPDATES:
        body = raw.get(kind)
        if isinstance(body, dict):
            try:
                return _pressed(body) if kind == "callback_query" else _said(body)
            except (KeyError, TypeError):
                return None
    return None


def _said(body: Json) -> Update | None:
    author = body.get("from") or {}
    if not author or (author.get("is_bot") and author["id"] != ANONYMOUS):
        return None
    # A library may write what did not happen as False; what did may be an object with nothing in it.
    happened = any(body[name] not in (None, False) for name in SERVICE.intersection(body))
    if happened or ("edit_date" in body and not words(body)):
        return None
    chat, edited = body["chat"], f":e{body['edit_date']}" if "edit_date" in body else ""
    album = "" if edited else str(body.get("media_group_id", ""))
    key = f"m{chat['id']}.{body['message_id']}{edited}"
    return Update(key, chat["id"], author["id"], chat["type"] == "private", album, _topic(body), body, False)


def _pressed(body: Json) -> Update | None:
    message = body.get("message")
    if not message:  # of an inline message: nothing of ours
        return None
    chat, user = message["chat"], body["from"]["id"]
    return Update(f"c{body['id']}", chat["id"], user, chat["type"] == "private", "", _topic(message), body, True)


def _topic(message: Json) -> int | None:
    return message.get("message_thread_id") if message.get("is_topic_message") else None


def command(text: str) -> tuple[str, str]:
    """(name, what follows it), or two empty texts where it is no command."""
    found = COMMAND.fullmatch(text.strip())
    return (found[1], (found[3] or "").strip()) if found else ("", "")


def words(message: Json) -> str:
    """What was written: as a text, or below a picture."""
    return str(message.get("text") or message.get("caption") or "")


def file_refs(message: Json) -> Iterator[FileRef]:
    if message.get("photo"):
        largest = max(message["photo"], key=lambda size: size.get("width", 0) * size.get("height", 0))
        yield FileRef(largest["file_id"], "photo.jpg", largest.get("file_size", 0))
    elif message.get("document") and "animation" not in message:
        document = message["document"]
        yield FileRef(document["file_id"], document.get("file_name", ""), document.get("file_size", 0))


def fits(text: str, most: int) -> bool:
    """Telegram counts in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 <= most


def within(text: str, most: int) -> str:
    """As much of it from the beginning as fits."""
    return text.encode("utf-16-le", "surrogatepass")[: most * 2].decode("utf-16-le", "ignore")
