"""A peer: the refund bot written by hand with aiogram's FSM, SQLAlchemy's async ORM and aiosqlite, as their guides do.

Where there was a choice, the faster one was taken:

* The FSM keeps its states in memory. What makes them last is a row a chat, written with everything else of an update
  and loaded at the start: one commit an update, where a storage of its own would commit at every `set_state`.
* SQLite runs in WAL mode with full synchronisation, as durable as ours; its own default would be slower.
* A reply is sent before the commit, as the middleware of aiogram's documentation has it; ours is on disk first.
* Filters are asynchronous ones only: aiogram runs others, its magic filters too, in threads.
* No update is known again when it comes twice, nothing is sent again that failed, no text is read: ours does all that.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiogram import BaseMiddleware, Bot, Dispatcher, Router
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup, TelegramObject
from sqlalchemy import JSON, ForeignKey, event, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.benchmarks.dialogue import TOKEN, Json, contact, order_no
from tests.benchmarks.session_aiogram import AiogramSession

router = Router()
ORDER_NO = re.compile(r"KM\d{18}")


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    order_no: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str]
    cents: Mapped[int]
    contact: Mapped[str]
    owner: Mapped[int | None]


class Talk(Base):
    __tablename__ = "talks"
    chat: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class Line(Base):
    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]
    who: Mapped[str]
    text: Mapped[str]


class Case(Base):
    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[int] = mapped_column(index=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("orders.order_no"))
    reason: Mapped[str]
    state: Mapped[str]
    cents: Mapped[int]


class Event(Base):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    source: Mapped[str]
    target: Mapped[str]


class Refund(StatesGroup):
    complaint = State()
    order = State()
    owner = State()
    evidence = State()
    confirm = State()
    filed = State()


class DbSession(BaseMiddleware):
    """A session an update, and one commit, the talk's row included."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def __call__(
        self, handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:  # fmt: skip
        async with self.sessions() as session:
            data["session"] = session
            result = await handler(event, data)
            state: FSMContext = data["state"]
            chat = data["event_chat"].id
            await session.merge(Talk(chat=chat, state=await state.get_state(), data=await state.get_data()))
            await session.commit()
        return result


async def reply(message: Message, session: AsyncSession, text: str, *buttons: str) -> None:
    now = datetime.now(UTC)
    session.add(Line(chat=message.chat.id, at=now, who="customer", text=message.text or ""))
    session.add(Line(chat=message.chat.id, at=now, who="bot", text=text))
    keys = [[KeyboardButton(text=button) for button in buttons]]
    await message.answer(text, reply_markup=ReplyKeyboardMarkup(keyboard=keys) if buttons else None)


@router.message(CommandStart())
async def start(message: Message, state: FSMContext, session: AsyncSession) -> None:
    await state.set_state(Refund.complaint)
    await reply(message, session, "您好，我可以帮您办退款、查进度。请说说遇到的问题。", "申请退款", "查进度")


@router.message(StateFilter(Refund.complaint))
async def complain(message: Message, state: FSMContext, session: AsyncSession) -> None:
    if "退款" not in (message.text or ""):
        await reply(message, session, "请说说遇到的问题。")
        return
    await state.update_data(reason="invalid_code")
    await state.set_state(Refund.order)
    await reply(message, session, "明白，我来帮您办。请发一下订单号。")


@router.message(StateFilter(Refund.order))
async def name_order(message: Message, state: FSMContext, session: AsyncSession) -> None:
    number = ORDER_NO.search(message.text or "")
    if number is None:
        await reply(message, session, "请发一下订单号。")
        return
    await state.update_data(order_no=number[0])
    await state.set_state(Refund.owner)
    await reply(message, session, "为了保护您的订单，请再发一下下单时留的手机号。", "换个订单号")


@router.message(StateFilter(Refund.owner))
async def show_ownership(message: Message, state: FSMContext, session: AsyncSession) -> None:
    data = await state.get_data()
    order = await session.get(Order, data["order_no"])
    if order is None or order.contact != message.text:
        await reply(message, session, "没有对上，请再看一下。")
        return
    order.owner = message.chat.id
    await state.set_state(Refund.evidence)
    await reply(message, session, f"{order.product}：请发一下报错截图，手头没有也可以先提交。", "没有截图")


@router.message(StateFilter(Refund.evidence))
async def show_evidence(message: Message, state: FSMContext, session: AsyncSession) -> None:
    await state.update_data(evidence=[photo.file_id for photo in message.photo or ()])
    await state.set_state(Refund.confirm)
    await reply(message, session, "请核对一下：激活失败，退款 49.90 元，按原路退回。", "提交", "修改")


@router.message(StateFilter(Refund.confirm))
async def hand_in(message: Message, state: FSMContext, session: AsyncSession) -> None:
    if message.text != "提交":
        await reply(message, session, "没问题就点“提交”。", "提交", "修改")
        return
    data = await state.get_data()
    case = Case(
        chat=message.chat.id, order_no=data["order_no"], reason=data["reason"], state="submitted", cents=4990
    )  # fmt: skip
    session.add(case)
    await session.flush()
    session.add(Event(case_id=case.id, at=datetime.now(UTC), source="draft", target="submitted"))
    await state.update_data(case=case.id)
    await state.set_state(Refund.filed)
    await reply(message, session, f"提交好了，单号 {case.id}。审核员三个工作日内给您答复。", "查进度")


@router.message(StateFilter(Refund.filed))
async def follow_up(message: Message, session: AsyncSession) -> None:
    if "谢谢" in (message.text or ""):
        await reply(message, session, "不客气，有进展我会主动告诉您。")
        return
    case = (await session.scalars(select(Case).where(Case.chat == message.chat.id))).one()
    steps = (await session.scalars(select(Event).where(Event.case_id == case.id))).all()
    await reply(message, session, f"单号 {case.id}，现在是 {case.state}，走过 {len(steps)} 步。", "补充材料", "催一下")


class AiogramPeer:
    """Fed as its webhook would feed it: an update comes back when it is answered and committed."""

    def __init__(self, folder: Path) -> None:
        self.bot = Bot(TOKEN, session=AiogramSession())
        self.engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'peer.db'}", connect_args={"timeout": 30})
        event.listen(self.engine.sync_engine, "connect", _durable)
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self.dispatcher = Dispatcher(storage=MemoryStorage())
        self.dispatcher.message.middleware(DbSession(self.sessions))
        self.dispatcher.include_router(router)

    async def start(self, customers: int) -> None:
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with self.sessions() as session:
            session.add_all(
                Order(order_no=order_no(n), product="Steam 充值卡 50元", cents=4990, contact=contact(n))
                for n in range(customers)
            )
            await session.commit()

    async def feed(self, update: Json) -> None:
        await self.dispatcher.feed_raw_update(self.bot, update)

    async def stop(self, customers: int) -> None:
        """Raises AssertionError where a customer was not served."""
        async with self.sessions() as session:
            served = await session.scalar(select(func.count()).select_from(Case))
            said = await session.scalar(select(func.count()).select_from(Line))
        assert (served, said) == (customers, customers * 16), f"{served} cases, {said} messages"
        await self.engine.dispose()


def _durable(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()
