"""python-telegram-bot: `attach` puts the desk before a sales bot's own handlers, and takes what belongs to a refund."""

import asyncio

from telegram import Update
from telegram.ext import ApplicationBuilder

from tests.bot.channels.beside import example, visit
from tests.bot.channels.telegram_server import TOKEN, TelegramServer
from tests.bot.channels.telegram_shop import CUSTOMER, Shop
from tests.stories.telling import picture


def test_the_sales_bot_answers_what_is_its_own_and_the_desk_the_rest(shop: Shop) -> None:
    shop.api.assets["shot"] = picture(3).data
    server = TelegramServer()

    async def go() -> None:
        builder = ApplicationBuilder().token(TOKEN).base_url(f"{server.url}/bot").updater(None)
        application = example("sales_bot_ptb").sales_bot(builder, shop.bot)
        async with application:
            for update, _ in visit(shop):
                await application.process_update(Update.de_json(update, application.bot))
                await asyncio.to_thread(shop.settle)

    asyncio.run(go())
    answers = [call.text for call in server.sent(chat=CUSTOMER)]
    server.close()
    assert answers == ["要买什么？", "发 /buy 下单，/refund 退款。", "要买什么？"]
    known = shop.store.recall(str(CUSTOMER)).talk
    assert known.owner == "agent:" and known.draft is not None and len(known.draft.evidence) == 1
