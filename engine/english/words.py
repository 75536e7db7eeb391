"""How names and questions become words: camelCase, snake_case, kebab-case and path segments are split."""

import re

from engine.english.function_words import STOP_WORDS

_PARTS = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")
r"""`[^\W\d_A-Z]` is a letter of any script but an ASCII capital, which begins a new word in camelCase."""
_IDENTIFIER = re.compile(r"[\w{}]+(?:[-./:][\w{}]+)*")


_WRITTEN = re.compile(r"(?<![\w./])(?:[^\W_]+(?:_[^\W_]+)+|[a-z]+(?:[A-Z][a-z0-9]*)+)(?![\w/])")
"""`client_payload`, `clientPayload`: what has a word joined to another is no English, but a name in a document."""


def words(name: str) -> list[str]:
    """Return the lower-case words of an identifier: `listIssuesForRepo` and `list-issues_for/repo` are four words."""
    return [part.lower() for part in _PARTS.findall(name)]


def whole(name: str) -> str:
    """Return an identifier as one word, so that it can be found as a whole: `repos/list-tags` → `reposlisttags`."""
    return "".join(words(name))


def query_words(question: str) -> list[str]:
    """Return the words to look up for a question, each once, in order; identifiers also whole.

    Stop words are left out, unless there are no others.
    """
    found: dict[str, None] = {}
    for name in _IDENTIFIER.findall(question):
        parts = words(name)
        if len(parts) > 1:
            found["".join(parts)] = None
        found.update(dict.fromkeys(parts))
    telling = [word for word in found if word not in STOP_WORDS and (len(word) > 1 or word.isdecimal())]
    return telling or list(found)


def identifiers(question: str) -> list[str]:
    """Return the identifiers in a question, as they are written: `client_payload`, `clientPayload`, each once."""
    return list(dict.fromkeys(_WRITTEN.findall(question)))
