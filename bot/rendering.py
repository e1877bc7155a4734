"""What was decided, as it is written: keys become sentences in the reader's language, and a visit one `Saving`."""

from collections.abc import Callable
from datetime import datetime

from bot.evidence import Haul
from bot.texts import Catalogue, as_json
from flows.case import NotAllowed
from flows.model import Outcome, Say, Tell, Text
from flows.turn import Facts, button_id
from storage.nouns import Line, Recalled, Rendered, Saving

NO_FILES = Haul()


class Rendering:
    """Customers read the language of their talk, staff that of the house."""

    def __init__(self, catalogue: Catalogue, staff_language: str, example: Callable[[str], str]) -> None:
        """`example` gives the kept file of an example picture by its name."""
        self._catalogue, self._staff_language, self._example = catalogue, staff_language, example

    def saving(
        self, recalled: Recalled, facts: Facts, outcome: Outcome, now: datetime, message_id: str | None = None, *,
        incoming: Line | None = None, haul: Haul = NO_FILES, channel: str = "", finishes: tuple[str, ...] = (),
        urgent: bool = True,
    ) -> Saving:  # fmt: skip
        """All that one visit writes. Without a `channel` the customer is answered by the one they wrote by before."""
        language, chat = (outcome.talk or recalled.talk).language, recalled.talk.chat
        return Saving(
            chat, outcome, now, channel or recalled.channel or "", message_id,
            said=tuple(self._said(say, language, now) for say in outcome.says),
            told=tuple(self.told(tell, chat) for tell in outcome.tells),
            incoming=incoming, ledgers=tuple(facts.ledgers.values()), pieces=haul.taken, finishes=finishes,
            urgent=urgent, known_channel=recalled.channel,
        )  # fmt: skip

    def told(self, tell: Tell, about: str) -> Rendered:
        """A notice to staff. `about` is the chat of the customer that it is about."""
        return Rendered(
            tell.text.key,
            as_json(tell.text.values),
            self.to_staff(tell.text),
            case=tell.case,
            files=tell.files,
            about=about,
        )

    def to_staff(self, text: Text) -> str:
        return self._catalogue.say(self._staff_language, text)

    def why_not(self, refused: NotAllowed) -> str:
        """What staff wanted, why it cannot be done, and who did what was done last."""
        case = refused.case
        last = case.events[-1] if case and case.events else None
        done = Text("not_allowed.last", {"by": last.by.removeprefix("agent:"), "at": last.at}) if last else ""
        values = {"step": Text(f"step.{refused.trigger}"), "state": Text(f"state.{case.state}") if case else "",
                  "last": done, "number": case.number if case else ""}  # fmt: skip
        return self.to_staff(Text(f"not_allowed.{refused.why}", values))

    def _said(self, say: Say, language: str, now: datetime) -> Rendered:
        text = self._catalogue.say(language, say.text)
        buttons = tuple(
            (button_id(button, say.serial), self._catalogue.say(language, button.label)) for button in say.buttons
        )
        return Rendered(
            say.text.key,
            as_json(say.text.values),
            text,
            buttons,
            say.asks,
            tuple(map(str, say.expects)),
            say.case,
            who=say.by,
            files=(*say.files, *((self._example(say.picture),) if say.picture else ())),
            at=now,
        )
