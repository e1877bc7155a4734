"""`refund-desk case`: one case with its whole record, for reading here or to be taken along."""

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot import app
from bot.config import CannotStart, Settings
from bot.json_lines import Json
from bot.record import record_json
from bot.texts import Catalogue
from flows.model import Text
from storage.search import Search

HERE = Path(__file__).parent


def show(settings: Settings, number: str) -> None:
    print(as_text(_record(settings, number)))


def export(settings: Settings, number: str, out: Path) -> None:
    """JSON for programs; for everything else a page that a browser shows and prints."""
    record = _record(settings, number)
    as_json = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    try:
        out.write_text(as_json if out.suffix == ".json" else as_page(record, settings.language), "utf-8")
    except OSError as error:
        raise CannotStart(f"{out}: cannot be written: {error.strerror}") from None
    print(f"{number} is in {out}")


def as_text(record: Json) -> str:
    order, refund, decision, rules = record["order"], record["refund"], record["decision"], record["rules"]
    lines = [
        f"{record['case']}  {record['state']}  {record['reason']}  owner {record['owner']}",
        f"order {record['order_no']}  {order['product']}  paid {order['amount_paid']}  back {refund['cash']}",
        *([f"due {_time(record['due_at'])}"] if record["due_at"] else []),
        *([f"judged by {rules['version']}, since {_time(rules['since'])}"] if rules else []),
        *([f"decided by {decision['by']} ({decision['rule']}): {decision['text']}"] if decision else []),
        "",
        *(
            f"{_time(step['at'])}  {step['from']} -> {step['to']}  {step['by']}  {step['why']}".rstrip()
            for step in record["events"]
        ),
        *(f"{_time(piece['at'])}  evidence {piece['file']}" for piece in record["evidence"]),
        "",
        *(f"{_time(line['at'])}  {line['who']}: {' '.join([line['text'], *line['files']])}" for line in record["talk"]),
    ]
    return "\n".join(lines)


def as_page(record: Json, language: str) -> str:
    """Whatever a customer wrote stays text: every value is escaped."""
    catalogue = Catalogue()
    pages = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = pages.get_template("record.html")
    return template.render(
        case=record, language=language, time=_time, t=lambda key: catalogue.say(language, Text(key))
    )


def _time(iso: str) -> str:
    return iso[:16].replace("T", " ")


def _record(settings: Settings, number: str) -> Json:
    """What staff noted for themselves stays in the house."""
    store = app.open_store(settings)
    try:
        case = store.case(number)
        if case is None:
            raise CannotStart(f"there is no case {number}")
        talk = [line for line in Search(store.database).transcript(case.customer) if not line.internal]
        return record_json(case, store.recall(case.customer).talk.owner, talk, store.rule_books.of(case.policy))
    finally:
        store.close()
