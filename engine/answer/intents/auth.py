"""How a caller proves who it is: the ways, their scopes, and where a token comes from."""

from collections.abc import Iterator, Sequence

from engine.answer.facts import auth, credential
from engine.answer.intents.asking import Asking, quotes
from engine.answer.told import AuthTold, Quote, Told, UnsaidTold, Value, WayTold
from engine.answer.wording import LONGEST, lines_of
from engine.english.asking import asks_for_scopes, carries_access, speaks_of_access
from engine.specs.describe import first_sentence, plain
from engine.specs.model import About, Grant, Operation, SecurityScheme

_SAID = 3
"""Sentences of a scheme's description that are told."""
_QUOTED = 3
"""Sentences of the operation's own that are."""


def compose(asking: Asking) -> Told | None:
    """Return the ways to sign in: those of the operation, else all of the API."""
    about, source = asking.about, asking.source
    if about is None:
        return None
    ways = tuple(_ways(source.operation if source else None, about))
    if source and not source.operation.security:
        ways += tuple(_carried(source.operation))
    said = tuple(_said(asking, source.operation)) if source else ()
    said += tuple(one for one in quotes(asking) if one not in said and speaks_of_access(one.text))
    told = AuthTold(ways, said[:_QUOTED])
    scopes = any(way.scopes for way in ways) or any(scheme.scopes for scheme in about.security_schemes)
    told_of = any(asks_for_scopes(one.text) for one in said)
    if (asks_for_scopes(asking.question) and not scopes and not told_of) or not (ways or said):
        return UnsaidTold(
            what="which scopes or permissions are needed" if ways else "how a caller signs in",
            stands="under `security` and in the security schemes, or in a description",
            said=tuple(Quote(way.way, "how to sign in") for way in ways),
        )
    return told


def _said(asking: Asking, operation: Operation) -> Iterator[Quote]:
    """Yield the sentences of the operation's own that speak of access."""
    for text, _ in lines_of(operation.description):
        if len(text) <= LONGEST and speaks_of_access(text):
            yield Quote(text)
    for response in operation.responses:
        if response.status in ("401", "403") and asking.kind == "auth" and speaks_of_access(response.description):
            yield Quote(plain(response.description)[:LONGEST], response.status)


def _ways(operation: Operation | None, about: About) -> Iterator[WayTold]:
    schemes = {scheme.name: scheme for scheme in about.security_schemes}
    if operation is None or not operation.security:
        declared = operation is not None and bool(about.security_schemes)
        if operation is not None and (declared or operation.workflow):
            yield from (WayTold(line) for line in auth(operation, about)[:1])
        if operation is None or operation.protocol not in ("http", "graphql"):
            yield from (_way(Grant(scheme.name), scheme, whole=True) for scheme in about.security_schemes)
        return
    for alternative in operation.security:
        if not alternative:
            yield WayTold("No credentials are needed")
        for grant in alternative:
            if scheme := schemes.get(grant.scheme):
                yield _way(grant, scheme)
            else:
                yield WayTold(credential(grant, None))


def _carried(operation: Operation) -> Iterator[WayTold]:
    """Yield the inputs that carry credentials where the specification declares no scheme."""
    for one in operation.parameters:
        if one.location in ("header", "query", "cookie") and carries_access(one.name):
            yield WayTold(f"{one.location} {one.name}", said=first_sentence(one.description))


def _way(grant: Grant, scheme: SecurityScheme, *, whole: bool = False) -> WayTold:
    names: Sequence[str] = tuple(scheme.scopes) if whole else grant.scopes
    return WayTold(
        way=credential(Grant(grant.scheme), scheme),
        obtain=tuple(_addresses(scheme)),
        scopes=tuple(Value(name, plain(scheme.scopes.get(name, ""))) for name in names),
        said=_scheme_said(scheme),
    )


def _scheme_said(scheme: SecurityScheme) -> str:
    """Return what is said of a scheme, what leads to where a key is made before what follows the first sentence."""
    lines = [line for line, _ in lines_of(scheme.description)]
    chosen = list(dict.fromkeys([*lines[:1], *(line for line in lines if "://" in line), *lines]))[:_SAID]
    return " ".join(line for line in lines if line in chosen)[:LONGEST]


def _addresses(scheme: SecurityScheme) -> Iterator[str]:
    addresses = {
        "authorize at": scheme.authorization_url,
        "token from": scheme.token_url,
        "device code from": scheme.device_url,
        "addresses in": scheme.openid_url or scheme.metadata_url,
    }
    for what, address in addresses.items():
        if address:
            yield f"{what} {address}"
