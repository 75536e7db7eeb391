"""What a question of a conversation comes with."""

import msgspec

from engine.answer.records import Facts
from engine.library.sessions import Attached


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered before, and what stays beside every question."""

    previous: tuple[Facts, ...] = ()
    """The facts of the answers before, oldest first. A follow-up is understood by them, and `Facts.understood` then
    tells as what."""
    pinned: tuple[str, ...] = ()
    """`SPEC:METHOD /path` of operations that are told of whatever is asked."""
    attached: tuple[Attached, ...] = ()
    """Texts, without secrets; what of them speaks of the question is quoted."""


NOTHING = Context()
