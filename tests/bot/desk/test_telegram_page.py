"""The desk's page on Telegram gives whoever is logged in the code that binds their own account."""

import re

from starlette.testclient import TestClient

from bot.desk.auth import hash_password
from bot.site import Site
from flows.model import Role
from tests.bot.channels.telegram_shop import STRANGER, Shop
from tests.bot.visitors import Staff


def test_the_code_of_the_page_binds_the_account_that_is_logged_in_and_the_page_says_so(shop: Shop) -> None:
    shop.store.add_staff("新人", Role.AGENT, hash_password("a-password"), shop.now)
    staff = Staff(TestClient(Site(shop.app).web)).log_in("新人", "a-password")
    found = re.search(r"/bind (\S+?)<", staff.sees("telegram"))
    assert found is not None
    assert "绑定好了：您在群里就是 新人" in shop.says(f"/bind {found[1]}", user=STRANGER)[-1]
    assert str(STRANGER) in staff.sees("telegram")
