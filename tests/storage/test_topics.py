"""What is remembered of the staff's group: topics, cards, pictures that stand there, questions that are open."""

import pytest

from storage.store import Store
from storage.topics import Prompt, Topic, Topics
from tests.conftest import NOON


@pytest.fixture
def topics(store: Store) -> Topics:
    return Topics(store.database)


def test_a_topic_is_found_by_what_it_is_about_and_by_its_thread(topics: Topics) -> None:
    assert topics.opened("RF1", 7) == topics.of("RF1") == topics.at(7) == Topic("RF1", 7)
    assert topics.of("RF2") is topics.at(8) is None
    topics.opened("u1", 8)
    assert topics.threads(["RF1", "RF2", "u1"]) == {"RF1": 7, "u1": 8}


def test_a_card_is_remembered_with_what_it_shows(topics: Topics) -> None:
    topics.opened("RF1", 7)
    topics.shows("RF1", 70, "abc")
    assert topics.of("RF1") == Topic("RF1", 7, 70, "abc")


def test_in_a_new_topic_for_the_same_case_nothing_stands_yet(topics: Topics) -> None:
    topics.opened("RF1", 7)
    topics.shows("RF1", 70, "abc")
    topics.has_files("RF1", ("a.png",))
    topics.has_files("RF2", ("a.png",))
    topics.opened("RF1", 9)
    assert topics.of("RF1") == Topic("RF1", 9)
    assert topics.at(7) is None
    assert (topics.files("RF1"), topics.files("RF2")) == (frozenset(), {"a.png"})


def test_a_picture_stands_in_a_topic_once(topics: Topics) -> None:
    topics.has_files("RF1", ("a.png", "b.png"))
    topics.has_files("RF1", ("b.png", "c.png"))
    topics.has_files("RF1", ())
    assert topics.files("RF1") == {"a.png", "b.png", "c.png"}


def test_a_question_is_known_by_its_message(topics: Topics) -> None:
    topics.asked(70, Prompt("RF1", "reject"), NOON)
    topics.asked(70, Prompt("RF1", "reject"), NOON)
    assert topics.question(70) == Prompt("RF1", "reject")
    assert topics.question(71) is None
