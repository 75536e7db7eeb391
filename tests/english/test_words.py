import pytest
from hypothesis import given, strategies as st

from engine.english.function_words import STOP_WORDS
from engine.english.words import identifiers, query_words, whole, words

WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8)
PARTS = st.lists(WORD, min_size=1, max_size=5)


@given(PARTS)
def test_every_way_of_joining_words_can_be_undone(parts: list[str]) -> None:
    """camelCase, PascalCase, snake_case, kebab-case, dots, paths and blanks give the same words."""
    capitals = [part.capitalize() for part in parts]
    names = [
        "".join(capitals),
        parts[0] + "".join(capitals[1:]),
        "_".join(parts).upper(),
        "/{" + "}/{".join(parts) + "}",
    ]
    names += [sign.join(parts) for sign in ("_", "-", ".", "/", " ", ":")]
    assert [words(name) for name in names] == [parts] * len(names)
    assert {whole(name) for name in names} == {"".join(parts)}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("HTTPServerError", ["http", "server", "error"]),
        ("getHTTP", ["get", "http"]),
        ("oauth2Token", ["oauth", "2", "token"]),
        ("v3.1/users", ["v", "3", "1", "users"]),
        ("/repos/{owner}/{repo}", ["repos", "owner", "repo"]),
        ("Größe ändern", ["größe", "ändern"]),
        ("créerFacture", ["créer", "facture"]),
        ("récupérer_les_données", ["récupérer", "les", "données"]),
        ("создатьЗадачу", ["создатьзадачу"]),
        ("列出用户", ["列出用户"]),
        ("😀 🎉 --- ()", []),
        ("", []),
    ],
)
def test_names_become_words(name: str, parts: list[str]) -> None:
    """Runs of capitals, digits and letters of other scripts are kept together."""
    assert words(name) == parts


@given(st.text())
def test_words_are_safe_for_a_query(text: str) -> None:
    """No word holds a sign that the full-text search would read as syntax."""
    for word in (*words(text), *query_words(text)):
        assert word.isalnum()
        assert word == word.lower()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How do I create an issue?", ["create", "issue"]),
        ("issues/create", ["issuescreate", "issues", "create"]),
        ("what does getIssueV2 do", ["getissuev2", "issue", "2"]),
        ("/v2/users", ["v2users", "2", "users"]),
        ("issue Issue ISSUE", ["issue"]),
        ("how do I", ["how", "do", "i"]),
        ("?!", []),
        ("", []),
    ],
)
def test_questions_become_the_words_to_look_up(question: str, found: list[str]) -> None:
    """Stop words go unless there are no others; identifiers, with digits too, are also looked up whole."""
    assert query_words(question) == found


@given(st.text())
def test_words_to_look_up_come_once(text: str) -> None:
    """Each word is looked up once, and a text with words has words to look up."""
    found = query_words(text)
    assert len(found) == len(set(found))
    assert bool(found) == bool(words(text))


def test_stop_words_are_lower_case_words() -> None:
    """A stop word that no text can be split into would never match."""
    assert all(words(word) == [word] for word in STOP_WORDS)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("client_payload: how many properties", ["client_payload"]),
        ("is clientPayload or max_items required, and clientPayload nested?", ["clientPayload", "max_items"]),
        ("EXECUTOR_ERROR vs SYSTEM_ERROR", ["EXECUTOR_ERROR", "SYSTEM_ERROR"]),
        ("ask Anna McKay of GitHub about octo/hello_world and the API", []),
    ],
)
def test_what_is_written_as_in_a_document_is_an_identifier(question: str, found: list[str]) -> None:
    """Words that are joined as no English is are the name of a field or a value; those of people and paths are not."""
    assert identifiers(question) == found
