import pytest
from hypothesis import given, strategies as st

from engine.english.mentions import spoken
from engine.english.verbs import methods
from engine.search.question.parts import MAX_CLAUSES, MAX_PHRASES, Question, take_apart


def taken(question: str) -> Question:
    """Return a question with its parts, in which nothing is misspelt."""
    return take_apart(question, lambda text: text, lambda word: False)


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("create a label", ("create a label",)),
        ("create a label and add it to the open issue", ("create a label", "add label to the open issue")),
        (
            "Create a label, then add it to issues. Finally, close old issues",
            ("Create a label", "add label to issues", "close old issues"),
        ),
        (
            "create a label -> add it to issues; close old issues",
            ("create a label", "add label to issues", "close old issues"),
        ),
        ("read files and folders", ("read files and folders",)),
        ("version x.y of the api, read stars", ("version x.y of the api", "read stars")),
        ("close old issues, list labels and get a user", ("close old issues", "list labels", "get a user")),
        ("create a label, list it", ("create a label", "list label")),
        ("find a board, get its lists, close old issues", ("find a board", "get board lists", "close old issues")),
        ("allocate the next free address", ("allocate the next free address",)),
        ("create a label, next, close old issues", ("create a label", "close old issues")),
        ("send a message after creating a channel", ("creating a channel", "send a message")),
        (
            "prepare the monthly review by reading the files, checking issues and closing old issues",
            ("prepare the monthly review", "reading the files", "checking issues", "closing old issues"),
        ),
        ("close old issues by their age", ("close old issues by their age",)),
    ],
)
def test_what_is_asked_one_after_another_is_taken_apart(question: str, clauses: tuple[str, ...]) -> None:
    """Signs and words that join sentences part them; what would be too little alone stays with what is before it."""
    assert taken(question.lower()).clauses == tuple(clause.lower() for clause in clauses)


def test_a_clause_speaks_of_several_things() -> None:
    """The phrases of a clause are looked up for themselves."""
    assert taken("find the author of the newest release").phrases == ("find the author", "the newest release")
    assert taken("create a label").phrases == ("create a label",)


@pytest.mark.parametrize(
    ("question", "names", "unnamed"),
    [
        ("who owns Big Deal?", ("Big Deal",), "who owns ?"),
        ("Who owns 'big deal'", ("'big deal'",), "Who owns"),
        ('rename "a" to "the list"', ('"a"', '"the list"'), "rename to"),
        ("'big deal' is whose?", ("'big deal'",), "is whose?"),
        ("users' lists and teams' lists", (), "users' lists and teams' lists"),
        ("the 3 stars of item 13", (), "the stars of item"),
        ("squash PR 17, titled 'Big Deal'", ("'Big Deal'",), "squash , titled"),
        ("Create a label", (), "Create a label"),
        ("call the HTTP API", (), "call the HTTP API"),
        ("send it to Anna of Berlin", ("Anna of Berlin",), "send it to"),
        ("Big Deal", ("Deal",), "Big"),
        (
            "Create a label. Available colours: Close it? 'Ann'",
            ("'Ann'",),
            "Create a label. Available colours: Close it?",
        ),
    ],
)
def test_names_are_told_from_what_they_are_names_of(question: str, names: tuple[str, ...], unnamed: str) -> None:
    """What is quoted or begins with a capital is a value, and says nothing of the operation; an id needs no search."""
    parts = taken(question)
    assert (parts.names, parts.unnamed, parts.text) == (names, unnamed, spoken(question))
    assert parts.particular == bool(names)


def test_what_an_api_calls_its_own_things_is_no_name() -> None:
    """A thing that is written as a name, `Sync Map`, stays where an API has it; a particular one is left out."""
    known = {"sync", "map"}
    parts = take_apart("Add entries to the Sync Map for Big Deal", lambda text: text, known.__contains__)
    assert parts.names == ("Big Deal",)
    assert parts.unnamed == "Add entries to the Sync Map for"


def test_what_a_question_says_of_its_purpose_is_left_out() -> None:
    """A sentence that says what the others are good for asks for nothing, nor does whom they are for."""
    asked = "Allows a user to list labels and delete them. This is essential for tidy projects. Useful for teams."
    assert taken(asked).clauses == ("list labels", "delete labels.")


@pytest.mark.parametrize(
    ("question", "mine"), [("my playlists", True), ("what did I save", True), ("list mine", True), ("mystery", False)]
)
def test_a_question_may_be_about_the_one_who_asks(question: str, mine: bool) -> None:
    """`my` and its kin are heard as whole words only."""
    assert taken(question).mine == mine


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("create", {"POST"}),
        ("remove", {"DELETE"}),
        ("change", {"PATCH", "PUT"}),
        ("fetch", {"GET"}),
        ("create delete", {"POST", "DELETE"}),
        ("issue", set()),
        ("", set()),
    ],
)
def test_a_verb_speaks_of_methods(typed: str, meant: set[str]) -> None:
    """What is to be done tells the method; a thing that can also be a verb does not."""
    assert methods(typed.split()) == meant


def test_parts_are_corrected_and_names_are_not() -> None:
    """Misspelt words are put right in what is looked up; a name stays as it was typed."""
    parts = take_apart("creat a label for Creat", lambda text: text.replace("creat ", "create "), lambda word: False)
    assert parts.text == "create a label for Creat"
    assert parts.names == ("Creat",)
    assert parts.clauses[0].startswith("create a label")


WORDS = ["create", "and", "then", "of", "the", ", ", ". ", "Big", "Deal", "'x y'", '"', "my", "?", "issue", "\n", "2"]


@given(st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_any_text_has_parts(question: str) -> None:
    """The whole comes first, no part is there twice, and there are never more than are allowed."""
    parts = taken(question)
    assert parts.parts[0] == parts.text == spoken(question)
    assert len(set(parts.parts)) == len(parts.parts)
    assert 1 <= len(parts.clauses) <= MAX_CLAUSES
    assert 1 <= len(parts.phrases) <= max(MAX_PHRASES, MAX_CLAUSES)
    assert {parts.unnamed, *parts.clauses, *parts.phrases} <= set(parts.parts)


@pytest.mark.parametrize(
    ("question", "unnamed"),
    [
        ("list issues opened by Jane Doe", "list issues opened by a person"),
        ("issues by 'jdoe' in Paris by Eve", "issues by a person in by a person"),
        ("by Jane", "by a person"),
        ("issues of Jane Doe", "issues of"),
    ],
)
def test_what_is_done_by_a_name_is_done_by_a_person(question: str, unnamed: str) -> None:
    """A name says nothing about operations, but that somebody did something does."""
    assert taken(question).unnamed == unnamed


def test_a_phrase_is_embedded_within_its_question() -> None:
    """A phrase needs the words around it to say what it means; the whole and clauses are embedded as they are."""
    one = taken("list the members of the team in 'Big Corp'")
    assert one.phrases == ("list the members", "the team")
    texts = {part: text if isinstance(text, str) else text[0][text[1] : text[2]] for part, text in one.embedded.items()}
    assert texts == {part: part for part in one.parts}
    assert one.embedded["the team"] == (one.unnamed, 20, 28)
    assert one.embedded[one.text] == one.text


def test_what_clauses_say_together_is_not_embedded() -> None:
    """With names left out it is what two clauses say; the whole is what three or more say. Their mean stands for it."""
    two = taken("list the members of 'Big Corp' and remove the owner")
    assert set(two.embedded) == {two.text, *two.clauses}
    unnamed = taken("list the members and remove the owner")
    assert set(unnamed.embedded) == {unnamed.text, *unnamed.clauses}
    three = taken("list the members of 'Big Corp', remove the owner, then close the account")
    assert set(three.embedded) == set(three.clauses)


def test_a_thing_ends_before_what_it_is_called_or_holds() -> None:
    """What is named by a pronoun afterwards is the thing alone, whatever article it has."""
    parts = taken("record a greeting called Hello, create a broadcast with it")
    assert parts.clauses[-1] == "create a broadcast with greeting"
