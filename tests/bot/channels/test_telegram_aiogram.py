"""aiogram: `attach` puts the desk before a sales bot's own handlers, and takes only what belongs to a refund."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Update

from bot.channels.telegram_aiogram import as_json
from tests.bot.channels.beside import example, visit
from tests.bot.channels.telegram_server import TOKEN, TelegramServer
from tests.bot.channels.telegram_shop import CUSTOMER, Shop
from tests.stories.telling import picture


@pytest.fixture
def answers(shop: Shop) -> list[str]:
    """What the sales bot says, while a customer visits both."""
    shop.api.assets["shot"] = picture(3).data
    server = TelegramServer()

    async def go() -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
        async with Bot(TOKEN, session=session) as bot:
            dispatcher = example("sales_bot_aiogram").sales_bot(shop.bot)
            for update, _ in visit(shop):
                await dispatcher.feed_update(bot, Update.model_validate(update))
                await asyncio.to_thread(shop.settle)

    asyncio.run(go())
    said = [call.text for call in server.sent(chat=CUSTOMER)]
    server.close()
    return said


def test_the_sales_bot_answers_what_is_its_own_and_the_desk_the_rest(shop: Shop, answers: list[str]) -> None:
    assert answers == ["要买什么？", "发 /buy 下单，/refund 退款。", "要买什么？"]
    assert len(shop.api.sent(CUSTOMER)) >= 3 and shop.store.recall(str(CUSTOMER)).talk.owner == "agent:"
    draft = shop.store.recall(str(CUSTOMER)).talk.draft
    assert draft is not None and len(draft.evidence) == 1


def test_an_update_comes_out_as_it_went_in(shop: Shop) -> None:
    for update, _ in visit(shop):
        assert as_json(Update.model_validate(update)) == update
