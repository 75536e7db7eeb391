"""The verbs of APIs, each once: what people ask for, what operations are named by, and what is said of operations."""

from engine.english.inflection import bases

_PAST = {
    "frozen": "freeze", "hidden": "hide", "made": "make", "paid": "pay", "seen": "see", "sent": "send", "shown": "show",
}  # fmt: skip
"""Irregular forms. In the phrases of the lexicon such forms are words of their own: `is it taken`, `given access`."""

_ADD = frozenset("add create new post".split())
_CHANGE = frozenset("set update".split())
_REMOVE = frozenset("cancel delete remove".split())
_READ = frozenset("check export fetch find get list read retrieve search show view".split())
_CHANGE_MORE = frozenset("change disable edit enable modify rename".split())

SEARCHES = frozenset("autocomplete discover filter find lookup query search suggest".split())
"""Verbs of operations that find what is not known by its id."""
LOOKUPS = frozenset("find lookup query search".split())
"""Those that say so nearly always."""
GIVES = frozenset("describe fetch get read retrieve show who".split())
"""What names of operations begin with that give one thing."""
OF_NAMES = (
    _ADD | _CHANGE | _REMOVE | _READ | SEARCHES | frozenset("all batch browse bulk by describe info put upsert".split())
)
"""Words of a path or operationId that say what is done, and not with what."""
BEGIN_NAMES = ("create", "delete", "get", "list", "post", "put", "remove", "update")
"""What names that are run together begin with: `getwallet`."""

_OF_METHODS = {
    "POST": _ADD | frozenset("generate invite make open publish register send start submit upload".split()),
    "DELETE": _REMOVE
    | frozenset("clear detach drop erase kill nuke purge revoke unfollow uninvite unlink unsubscribe wipe".split()),
    "PATCH": _CHANGE | _CHANGE_MORE | frozenset(("adjust", "toggle")),
    "PUT": _CHANGE | _CHANGE_MORE | frozenset(("replace",)),
    "GET": _READ | frozenset("count download look see what when where which who".split()),
}
"""What people say for each HTTP method, question words too."""
_METHODS_OF = {
    verb: frozenset(method for method, verbs in _OF_METHODS.items() if verb in verbs)
    for verb in frozenset[str]().union(*_OF_METHODS.values())
}

SPOKEN = _METHODS_OF.keys() - frozenset("new what when where which who".split()) | frozenset(
    "accept activate approve archive assign attach ban block capture clone close complete confirm copy deactivate"
    " decline dismiss duplicate finalize finish follow fork freeze hide import join kick leave link lock mark merge"
    " move mute pause pay pin refund regenerate renew reopen rerun reset resolve restart restore resume retry rotate"
    " save schedule share star stop subscribe suspend transfer trigger unarchive unassign unblock unlock unmute unpin"
    " unpublish unshare unstar verify void watch".split()
)
"""What people ask to be done with a thing."""
OF_MANY = frozenset("count find list search".split())
"""Those that are asked of many things: `list issues`."""

IN_PATHS = (
    SPOKEN - frozenset("open pin star watch follow block fork lock".split())
    | OF_NAMES
    | frozenset("all count history latest recent stats statistics summary".split())
)
"""Words of a path that say what is done, or with which: where the id of a thing is expected, they are none."""

SIGNS_IN = frozenset(
    "auth authenticate authentication authorization authorize login logins session sessions signin token tokens".split()
)
"""Words in the names of operations that say that they give who calls them credentials."""

USES = frozenset("call describe do explain invoke try use".split())
"""Verbs that are said of an operation, not of a thing: `how do I call it?`."""
UNDOES = frozenset("redo reverse revert undo".split())
"""Verbs that are said of what was done; what that would be called cannot be told."""
TELLS = frozenset("describe explain give print see show tell".split())
"""Verbs that are asked of whoever answers."""
OF_OPERATIONS = frozenset(
    "accept accepts answer answers contain contains cost expect expects explain fail fails failing failed get give"
    " gives happen happens have include includes look looks mean means need needs pass provide require requires respond"
    " return returned returns say says see send show support supports take takes tell throw throws use want wants work"
    " works".split()
)
"""What an operation does, or what one does with it: `what does it return?`."""


def verb_of(word: str) -> str:
    """Return the verb that a word is a form of (`deleting`, `closed`), or an empty text.

    `copies` and `issues` are things far more often than what someone does.
    """
    low = _PAST.get(word.lower(), word.lower())
    if low in SPOKEN:
        return low
    return "" if low.endswith("s") else next((base for base in bases(low) if base in SPOKEN), "")


def methods(verbs: list[str]) -> frozenset[str]:
    """Return the HTTP methods that some words speak of, as verbs: `create` → POST."""
    return frozenset().union(*(_METHODS_OF.get(verb, frozenset()) for verb in verbs))
