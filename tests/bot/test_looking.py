"""The pictures of a message are looked at once, compared with earlier ones, and kept as they were seen."""

import pytest

from bot.channels import Upload
from bot.config import EvidenceLimits
from bot.looking import Looking
from bot.reading import Seen
from nlp.pictured import Line, PictureKind, Trace
from storage.nouns import ToRead
from tests.conftest import NOON
from tests.reading import Told
from tests.stories.telling import CARD, INVALID, Story, Tell, picture

LINES = tuple(
    Line(text, (20, 40 * n, 300, 40 * n + 30))
    for n, text in enumerate(
        ["卡券兑换中心", "卡密", "TY**-****-****-K7P3", "该激活码已被使用", "我知道了", "客服时间9:00"]
    )
)
SEEN = Seen((400, 800), LINES, "0f" * 8 + "80" * 576)


class Counting(Told):
    """Counts how often it is asked to read."""

    count = 0

    def read(self, data: bytes, kind: str, megapixels: int) -> Seen | None:
        self.count += 1
        return super().read(data, kind, megapixels)


@pytest.fixture
def story(tell: Tell) -> Story:
    touched = Seen(SEEN.size, LINES[3:4], "f0" * 8 + "10" * 576, (Trace("patch", 0.8, LINES[3].box),))
    return tell(CARD, reader=Counting({picture(1).data: SEEN, picture(2).data: SEEN, picture(3).data: touched}))


def look(story: Story, upload: Upload, chat: str = "u1") -> object:
    file = story.app.files.put(upload.data, ".png")
    looking = Looking(story.store, story.app.files, story.app.reader, EvidenceLimits())
    return looking(ToRead(chat, "m", (file,), NOON), NOON).get(file)


def test_a_file_is_read_once_however_often_it_comes(story: Story) -> None:
    for _ in range(3):
        sight = look(story, picture(1))
    assert sight.picture.kind is PictureKind.ACTIVATION_ERROR and story.app.reader.count == 1


def test_a_file_that_cannot_be_read_is_left_out(story: Story) -> None:
    assert look(story, picture(9)) is None


def test_the_same_picture_from_somebody_else_is_told_to_staff_alone(story: Story) -> None:
    story.hears(INVALID, picture(1))
    assert look(story, picture(1), "u1").doubts == ()
    [doubt] = look(story, picture(2), "u2").doubts
    assert doubt.code == "reused" and doubt.values["customer"] == "u1"


def test_signs_of_touching_up_are_told_to_staff_alone(story: Story) -> None:
    assert [doubt.code for doubt in look(story, picture(3)).doubts] == ["patch"]
