import pytest

from engine.english.smalltalk import is_small_talk


@pytest.mark.parametrize(
    "question",
    ["", "?", "…", "hello", "Hi there!", "/help", "thanks!", "thank you very much", "ok", "bye", "see you later",
     "how are you?", "who are you", "what can you do?", "good morning :)", "help me please", "hello world"],
)  # fmt: skip
def test_what_asks_for_nothing_is_small_talk(question: str) -> None:
    """Greetings, thanks, a cry for help and signs alone ask for nothing that an API could do."""
    assert is_small_talk(question)


@pytest.mark.parametrize(
    "question",
    ["list users", "thanks, now delete it", "help desk tickets", "who am i", "send a greeting", "delete it",
     "what is my user", "good customers", "thank you notes", "help/articles", "no", "7"],
)  # fmt: skip
def test_what_names_a_thing_or_a_deed_is_a_question(question: str) -> None:
    """One word of an API is enough."""
    assert not is_small_talk(question)
