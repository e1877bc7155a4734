"""The commands. Each asks for what it needs and hands over; what a command does not need it never loads."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

try:
    import typer
    from typer.exceptions import Abort, TyperException
except ModuleNotFoundError as missing:
    print(f"refund-desk: {missing.name} is missing; run `make install` and use .venv/bin/refund-desk", file=sys.stderr)
    sys.exit(2)

if TYPE_CHECKING:
    from bot.config import Settings

app = typer.Typer(name="refund-desk", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
policy = typer.Typer(no_args_is_help=True, help="The rules, asked from outside.")
orders = typer.Typer(no_args_is_help=True, help="The platform's orders.")
staff = typer.Typer(no_args_is_help=True, help="Those who work at the desk.")
database = typer.Typer(no_args_is_help=True, help="Where everything is kept.")
case = typer.Typer(no_args_is_help=True, help="One case with its whole record.")
lexicon = typer.Typer(no_args_is_help=True, help="The words that messages are read by.")
GROUPS = {"policy": policy, "orders": orders, "staff": staff, "db": database, "case": case, "lexicon": lexicon}
for name, group in GROUPS.items():
    app.add_typer(group, name=name)

Config = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="Settings; see config.example.toml.")]
Port = Annotated[int | None, typer.Option("--port", help="Instead of the port in the settings.")]


@app.command()
def demo(config: Config = None, port: Port = None) -> None:
    """Everything on this machine: a demo shop with orders, the customer chat, the staff desk."""
    from bot.commands.serve import demo

    demo(_settings(config), port)


@app.command()
def serve(
    config: Config = None,
    port: Port = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes that share the work; needs PostgreSQL.")] = 1,
) -> None:
    """The real thing: every channel that the configuration switches on."""
    from bot.commands.serve import serve

    serve(_settings(config), port, workers)


@app.command()
def chat(config: Config = None) -> None:
    """The customer conversation in the terminal."""
    from bot.commands.chat import chat

    chat(_settings(config), in_demo_shop=config is None)


@app.command()
def talk(
    orders: Annotated[Path | None, typer.Option("--orders", metavar="FILE", help="The platform's orders.")] = None,
    clock: Annotated[str | None, typer.Option("--clock", metavar="ISO", help="Time stands still there.")] = None,
    config: Config = None,
) -> None:
    """The line protocol, for programs: JSON lines in, JSON lines out."""
    stands_at = _moment(clock)
    from bot.commands.talk import talk

    talk(_settings(config), orders, stands_at)


@app.command()
def classify(config: Config = None) -> None:
    """Reads messages as JSON lines, writes what was understood."""
    from bot.commands.classify import answers
    from bot.shop import words

    settings = _settings(config)
    lexicon = words(settings)
    for fault in lexicon.faults:
        print(f"{settings.words.file}: {fault}", file=sys.stderr)
    _print(answers(sys.stdin.buffer, lexicon))


@app.command()
def inspect(
    root: Annotated[Path, typer.Option("--root", metavar="DIR", help="Where relative paths are read from.")] = Path(),
    config: Config = None,
) -> None:
    """Reads evidence pictures and their claims as JSON lines, writes what is found in them."""
    from bot.commands.inspect import findings
    from bot.reading.process import ReaderProcess
    from bot.texts import Catalogue

    settings, catalogue, reader = _settings(config), Catalogue(), ReaderProcess()
    try:
        lines = findings(
            sys.stdin.buffer, root, reader, lambda text: catalogue.say(settings.language, text), settings.evidence
        )
        _print(lines)
    finally:
        reader.close()


@lexicon.command()
def suggest(config: Config = None) -> None:
    """Words that would have decided the cases whose reason was corrected at the desk."""
    from bot.commands.lexicon import suggestions

    _print(suggestions(_settings(config)))


@policy.command()
def decide(config: Config = None) -> None:
    """What the rules say of claims, as JSON lines."""
    from bot.commands.policy import decide
    from bot.shop import rules
    from bot.texts import Catalogue

    settings = _settings(config)
    catalogue = Catalogue()
    _print(decide(sys.stdin.buffer, rules(settings), lambda text: catalogue.say(settings.language, text)))


@policy.command()
def due(config: Config = None) -> None:
    """When reviews are due, as JSON lines."""
    from bot.commands.policy import due
    from bot.shop import rules

    _print(due(sys.stdin.buffer, rules(_settings(config))))


@policy.command()
def check(file: Path, config: Config = None) -> None:
    """Whether a file of rules can be used, and what it would change."""
    from bot.commands.policy import check, in_force, open_cases
    from bot.shop import text_of

    settings = _settings(config)
    running, remarks = in_force(settings)
    fine, findings = check(str(file), text_of(str(file)), running, open_cases(settings, running))
    _print(f"{finding}\n" for finding in (*findings, *remarks))
    raise typer.Exit(0 if fine else 1)


@orders.command("import")
def import_(file: Path, config: Config = None) -> None:
    """Fills the built-in order table from CSV or JSON lines."""
    from bot.commands.orders import import_file

    raise typer.Exit(1 if import_file(_settings(config), file) else 0)


@orders.command("check")
def check_orders(
    order_no: Annotated[str | None, typer.Argument(help="An order to look for.")] = None, config: Config = None
) -> None:
    """Tests the configured order source."""
    from bot.commands.orders import check

    check(_settings(config), order_no)


@app.command()
def link(order_no: str, config: Config = None) -> None:
    """The signed payload by which the shop's order page proves an order to be the visitor's, and its address."""
    from bot.commands.link import link

    link(_settings(config), order_no)


@staff.command()
def add(
    name: str,
    role: Annotated[str, typer.Option("--role", metavar="agent|supervisor")] = "agent",
    config: Config = None,
) -> None:
    """Makes a staff account. The password is asked for, or read from standard input."""
    from bot.commands.staff import add

    add(_settings(config), name, role)


@staff.command()
def password(name: str, config: Config = None) -> None:
    """Gives an account a new password, asked for or read like the first; who is logged in by the old one is out."""
    from bot.commands.staff import password

    password(_settings(config), name)


@staff.command()
def bind(name: str, telegram_user: int, config: Config = None) -> None:
    """Binds an account to the Telegram user of this id: it is who acts in the staff's group. 0 unbinds it."""
    from bot.commands.staff import bind

    bind(_settings(config), name, telegram_user or None)


@database.command()
def upgrade(config: Config = None) -> None:
    """Brings the database to the newest schema."""
    from bot.app import open_store

    open_store(_settings(config)).close()
    print("the database is at its newest")


@database.command()
def move(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="postgresql://user:password@host/name")],
    config: Config = None,
) -> None:
    """Copies the whole installation from SQLite to PostgreSQL, and checks that it came over."""
    from bot.commands.db import move

    move(_settings(config), to)


@case.command()
def show(number: str, config: Config = None) -> None:
    """One case with its record, in the terminal."""
    from bot.commands.case import show

    show(_settings(config), number)


@case.command()
def export(
    number: str,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help=".html for people, .json for programs.")],
    config: Config = None,
) -> None:
    """The customer's or auditor's copy of a case."""
    from bot.commands.case import export

    export(_settings(config), number, out)


@app.command()
def tables(write: Annotated[bool, typer.Option("--write", help="Put README and the example right.")] = False) -> None:
    """The two tables and the settings as the documents show them."""
    from bot.commands import tables
    from bot.commands.tables import PARTS

    if write:
        print("\n".join(tables.write(Path())) or "everything stands as the code has it")
    else:
        print("\n\n".join(part() for part in PARTS.values()))


def main() -> None:
    """Runs a command; whatever keeps it from starting is one line on standard error, and exit code 2."""
    from bot.config import CannotStart

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a TextIOWrapper at a start
    try:
        sys.exit(_done())
    except CannotStart as reason:
        _give_up(str(reason))
    except TyperException as wrong_use:
        _give_up(wrong_use.format_message())
    except (KeyboardInterrupt, Abort):
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read along has gone; what was dealt with is kept.
        sys.stderr.close()


def _done() -> int:
    """The command, and its exit code. What happens to a database in the middle of it is said as plainly as before."""
    try:
        return int(app(standalone_mode=False) or 0)
    except Exception as error:
        # Only commands that need a database have loaded what knows its errors.
        house = sys.modules.get("bot.app")
        if house is None or not isinstance(error, house.DatabaseFailed):
            raise
        with house.said_plainly():
            raise


def _print(lines: Iterable[str]) -> None:
    """Each line at once: whoever sent one may be waiting for its answer."""
    for line in lines:
        sys.stdout.write(line)
        sys.stdout.flush()


def _give_up(reason: str) -> NoReturn:
    # Without a command there is the list of them, which is long enough to stand by itself.
    print(reason if "\n" in reason else f"refund-desk: {reason}", file=sys.stderr)
    sys.exit(2)


def _settings(config: Path | None) -> "Settings":
    from bot.config import load

    return load(config)


def _moment(iso: str | None) -> datetime | None:
    from bot.config import CannotStart
    from bot.fields import BadField, instant

    try:
        return None if iso is None else instant(iso, "--clock")
    except BadField as bad:
        raise CannotStart(str(bad)) from None


if __name__ == "__main__":
    main()
