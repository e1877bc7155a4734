"""A peer: the refund bot written by hand with python-telegram-bot's ConversationHandler, PicklePersistence and sqlite3.

Where there was a choice, the faster one was taken:

* The pickle is written once an update (`on_flush=True`, then flushed); by default it is written for each part of it.
* Rows go by plain sqlite3 over one connection, in the loop's own thread: the least that a row can cost.
* The pickle is written in place: a crash in the midst of it loses every talk, where ours loses none. Flushed, it is on
  the disk and not only on its way there, as ours is when an update is done with.
* No update is known again when it comes twice, nothing is sent again that failed, no text is read: ours does all that.
"""

import os
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telegram import KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.benchmarks.dialogue import TOKEN, Json, contact, order_no
from tests.benchmarks.session_ptb import PtbRequest

COMPLAINT, ORDER, OWNER, EVIDENCE, CONFIRM, FILED = range(6)
ORDER_NO = re.compile(r"KM\d{18}")
SCHEMA = """
CREATE TABLE orders (order_no TEXT PRIMARY KEY, product TEXT, cents INTEGER, contact TEXT, owner INTEGER);
CREATE TABLE messages (id INTEGER PRIMARY KEY, chat INTEGER, at TEXT, who TEXT, text TEXT);
CREATE INDEX messages_chat ON messages (chat);
CREATE TABLE cases (id INTEGER PRIMARY KEY, chat INTEGER, order_no TEXT, reason TEXT, state TEXT, cents INTEGER);
CREATE INDEX cases_chat ON cases (chat);
CREATE TABLE events (id INTEGER PRIMARY KEY, case_id INTEGER, at TEXT, source TEXT, target TEXT);
CREATE INDEX events_case ON events (case_id);
"""
Context = ContextTypes.DEFAULT_TYPE


class Refund:
    """The turns of the conversation. What a turn changes is committed with its two lines, before the reply is sent."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def handler(self) -> ConversationHandler[Context]:
        text = filters.TEXT & ~filters.COMMAND
        turns = {
            COMPLAINT: self.complain, ORDER: self.name_order, OWNER: self.show_ownership, CONFIRM: self.hand_in,
            FILED: self.follow_up,
        }  # fmt: skip
        states: dict[object, list[Any]] = {state: [MessageHandler(text, turn)] for state, turn in turns.items()}
        states[EVIDENCE] = [MessageHandler(text | filters.PHOTO, self.show_evidence)]
        entry = [CommandHandler("start", self.start)]
        return ConversationHandler(entry, states, entry, name="refund", persistent=True, allow_reentry=True)

    async def start(self, update: Update, context: Context) -> int:
        await self.reply(update, "您好，我可以帮您办退款、查进度。请说说遇到的问题。", "申请退款", "查进度")
        return COMPLAINT

    async def complain(self, update: Update, context: Context) -> int:
        if "退款" not in _text(update):
            await self.reply(update, "请说说遇到的问题。")
            return COMPLAINT
        _data(context)["reason"] = "invalid_code"
        await self.reply(update, "明白，我来帮您办。请发一下订单号。")
        return ORDER

    async def name_order(self, update: Update, context: Context) -> int:
        number = ORDER_NO.search(_text(update))
        if number is None:
            await self.reply(update, "请发一下订单号。")
            return ORDER
        _data(context)["order_no"] = number[0]
        await self.reply(update, "为了保护您的订单，请再发一下下单时留的手机号。", "换个订单号")
        return OWNER

    async def show_ownership(self, update: Update, context: Context) -> int:
        number = _data(context)["order_no"]
        found = self.database.execute("SELECT product, contact FROM orders WHERE order_no = ?", (number,)).fetchone()
        if found is None or found[1] != _text(update):
            await self.reply(update, "没有对上，请再看一下。")
            return OWNER
        self.database.execute("UPDATE orders SET owner = ? WHERE order_no = ?", (_chat(update), number))
        await self.reply(update, f"{found[0]}：请发一下报错截图，手头没有也可以先提交。", "没有截图")
        return EVIDENCE

    async def show_evidence(self, update: Update, context: Context) -> int:
        assert update.message is not None
        _data(context)["evidence"] = [photo.file_id for photo in update.message.photo]
        await self.reply(update, "请核对一下：激活失败，退款 49.90 元，按原路退回。", "提交", "修改")
        return CONFIRM

    async def hand_in(self, update: Update, context: Context) -> int:
        if _text(update) != "提交":
            await self.reply(update, "没问题就点“提交”。", "提交", "修改")
            return CONFIRM
        data = _data(context)
        case = self.database.execute(
            "INSERT INTO cases (chat, order_no, reason, state, cents) VALUES (?, ?, ?, 'submitted', 4990)",
            (_chat(update), data["order_no"], data["reason"]),
        ).lastrowid
        self.database.execute(
            "INSERT INTO events (case_id, at, source, target) VALUES (?, ?, 'draft', 'submitted')",
            (case, datetime.now(UTC).isoformat()),
        )
        data["case"] = case
        await self.reply(update, f"提交好了，单号 {case}。审核员三个工作日内给您答复。", "查进度")
        return FILED

    async def follow_up(self, update: Update, context: Context) -> int:
        if "谢谢" in _text(update):
            await self.reply(update, "不客气，有进展我会主动告诉您。")
            return FILED
        chat = (_chat(update),)
        case, state = self.database.execute("SELECT id, state FROM cases WHERE chat = ?", chat).fetchone()
        steps = self.database.execute("SELECT at, target FROM events WHERE case_id = ?", (case,)).fetchall()
        await self.reply(update, f"单号 {case}，现在是 {state}，走过 {len(steps)} 步。", "补充材料", "催一下")
        return FILED

    async def reply(self, update: Update, text: str, *buttons: str) -> None:
        assert update.message is not None
        now, chat = datetime.now(UTC).isoformat(), _chat(update)
        lines = [(chat, now, "customer", _text(update)), (chat, now, "bot", text)]
        self.database.executemany("INSERT INTO messages (chat, at, who, text) VALUES (?, ?, ?, ?)", lines)
        self.database.commit()
        keys = [[KeyboardButton(button) for button in buttons]]
        await update.message.reply_text(text, reply_markup=ReplyKeyboardMarkup(keys) if buttons else None)


def _text(update: Update) -> str:
    return (update.message.text if update.message else None) or ""


def _chat(update: Update) -> int:
    assert update.effective_chat is not None
    return update.effective_chat.id


def _data(context: Context) -> dict[Any, Any]:
    assert context.user_data is not None
    return context.user_data


class FlushedToDisk(PicklePersistence):
    """As durable as a committed transaction, as long as nothing happens while it is written."""

    async def flush(self) -> None:
        await super().flush()
        with Path(self.filepath).open("rb") as pickled:
            os.fsync(pickled.fileno())


class PtbPeer:
    """Fed as its webhook would feed it: an update comes back when it is answered, committed and in the pickle."""

    def __init__(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / "peer.db", timeout=30)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.execute("PRAGMA synchronous = FULL")
        self.persistence = FlushedToDisk(folder / "talks.pickle", on_flush=True)
        building = Application.builder().token(TOKEN).request(PtbRequest()).get_updates_request(PtbRequest())
        self.application = building.persistence(self.persistence).build()
        self.application.add_handler(Refund(self.database).handler())

    async def start(self, customers: int) -> None:
        self.database.executescript(SCHEMA)
        rows = [(order_no(n), "Steam 充值卡 50元", 4990, contact(n), None) for n in range(customers)]
        self.database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
        self.database.commit()
        await self.application.initialize()

    async def feed(self, update: Json) -> None:
        parsed = Update.de_json(update, self.application.bot)
        await self.application.process_update(parsed)
        await self.application.update_persistence()
        await self.persistence.flush()

    async def stop(self, customers: int) -> None:
        """Raises AssertionError where a customer was not served."""
        (served,) = self.database.execute("SELECT count(*) FROM cases").fetchone()
        (said,) = self.database.execute("SELECT count(*) FROM messages").fetchone()
        assert (served, said) == (customers, customers * 16), f"{served} cases, {said} messages"
        await self.application.shutdown()
        self.database.close()
