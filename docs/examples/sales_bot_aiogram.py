"""A sales bot on aiogram with the refund desk in it: python docs/examples/sales_bot_aiogram.py shop.toml"""

import asyncio
import sys
from pathlib import Path

from aiogram import Bot, Dispatcher
from aiogram.filters import Command
from aiogram.types import Message

from bot.beside import refund_desk
from bot.botapi import Diverts
from bot.channels.telegram_aiogram import attach
from bot.config import load


def sales_bot(desk: Diverts) -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(Command("buy"))
    async def buy(message: Message) -> None:
        await message.answer("要买什么？")

    @dispatcher.message()
    async def anything_else(message: Message) -> None:
        await message.answer("发 /buy 下单，/refund 退款。")

    attach(dispatcher, desk)
    return dispatcher


async def main(config: Path) -> None:
    settings = load(config)
    with refund_desk(settings) as desk:
        await sales_bot(desk).start_polling(Bot(settings.telegram.token.get_secret_value()))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
