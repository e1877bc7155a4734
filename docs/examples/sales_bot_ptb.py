"""A sales bot on python-telegram-bot with the refund desk in it: python docs/examples/sales_bot_ptb.py shop.toml"""

import sys
from pathlib import Path
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes, MessageHandler, filters

from bot.beside import refund_desk
from bot.botapi import Diverts
from bot.channels.telegram_ptb import attach
from bot.config import load


async def buy(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message:
        await update.effective_message.reply_text("要买什么？")


async def anything_else(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message:
        await update.effective_message.reply_text("发 /buy 下单，/refund 退款。")


Builder: TypeAlias = "ApplicationBuilder[Any, Any, Any, Any, Any, Any]"


def sales_bot(builder: Builder, desk: Diverts) -> "Application[Any, Any, Any, Any, Any, Any]":
    application = builder.build()
    application.add_handler(CommandHandler("buy", buy))
    application.add_handler(MessageHandler(filters.ALL, anything_else))
    attach(application, desk)
    return application


def main(config: Path) -> None:
    settings = load(config)
    with refund_desk(settings) as desk:
        token = settings.telegram.token.get_secret_value()
        sales_bot(ApplicationBuilder().token(token), desk).run_polling()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
