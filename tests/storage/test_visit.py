"""The short way to a database: the same rows, types and errors as by SQLAlchemy's own, and all or nothing."""

import pytest
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.engine import DATABASE_AWAY, Database
from storage.store import Store
from storage.tables import bindings, risk_steps
from storage.visit import Ready, Visits
from tests.conftest import NOON

ADD = Ready(insert(bindings))
ADD_NEW = Ready(insert(bindings).on_conflict_do_nothing())
OF_CHAT = Ready(select(bindings).where(bindings.c.chat == bindparam("chat")).order_by(bindings.c.order_no))
MOVE = Ready(update(bindings).where(bindings.c.chat == bindparam("known")))
RESTRICT = Ready(insert(risk_steps).returning(risk_steps.c.restricted, risk_steps.c.at))
ROW = {"chat": "u1", "order_no": "A\0", "at": NOON}


def test_what_is_written_is_found_with_its_types(store: Store) -> None:
    with store.database.visit(writes=True) as visit:
        assert visit.change(ADD, ROW, ROW | {"order_no": "B"}) == 2
        step = {"customer": "u1", "restricted": True, "by": "system", "why": "", "at": NOON}
        assert visit.rows(RESTRICT, **step) == [(True, NOON)]
    with store.database.visit() as visit:
        found = visit.rows(OF_CHAT, chat="u1")
        assert [(row.order_no, row.at) for row in found] == [("A\ufffd", NOON), ("B", NOON)]
        assert visit.row(OF_CHAT, chat="nobody") is None


def test_changes_are_counted_and_what_is_there_is_left_alone(store: Store) -> None:
    with store.database.visit(writes=True) as visit:
        assert [visit.change(ADD_NEW, ROW), visit.change(ADD_NEW, ROW)] == [1, 0]
        assert visit.change(MOVE, {"known": "u1", "chat": "u2"}) == 1
        assert visit.change(MOVE) == 0
        assert len(visit.rows(OF_CHAT, chat="u2")) == 1


@pytest.mark.parametrize("durable", [True, False])
def test_a_visit_that_fails_leaves_nothing(store: Store, durable: bool) -> None:
    with pytest.raises(IntegrityError), store.database.visit(writes=True, durable=durable) as visit:
        visit.change(ADD, ROW | {"order_no": "B"})
        visit.change(ADD, ROW, ROW)
    with store.database.visit() as visit:
        assert visit.rows(OF_CHAT, chat="u1") == []


def test_where_a_server_is_gone_nothing_more_is_asked_of_it(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgresql_url)
    with database.visit(), database.visit(), database.visit():
        pass
    asked: list[str] = []
    monkeypatch.setattr(Visits, "_set", lambda _, __, words: asked.append(words))
    with pytest.raises(DATABASE_AWAY), database.visit() as visit:
        visit.say("SELECT pg_terminate_backend(pg_backend_pid())")
    assert asked == [] == database._durable_visits._in_hand
    assert database._durable.pool.status().endswith("Checked out connections: 0")
    database.close()


def test_what_went_wrong_is_said_though_its_connection_died_meanwhile(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with pytest.raises(ZeroDivisionError), database.visit(writes=True) as visit:
        visit.rows(OF_CHAT, chat="u1")
        with database.read() as other:
            dying = {"pid": visit.connection.dbapi_connection.info.backend_pid}
            other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), dying)
        raise ZeroDivisionError
    assert database._durable.pool.status().endswith("Checked out connections: 0")
    database.close()


def test_what_the_database_does_not_understand_is_said_as_everywhere_else(store: Store) -> None:
    with pytest.raises(DBAPIError), store.database.visit() as visit:
        visit.say("SELECT nonsense")
    with store.database.read() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
