"""Names around an operation that is called by types: spellings of the call, and members of the types it leads to."""

from collections import deque
from collections.abc import Iterable, Iterator

from engine.calls.values import unnumbered
from engine.specs.describe import Resolve
from engine.specs.model import Schema
from engine.specs.refs import unescape

MAX_TYPES = 60
"""Types that are read around one operation, the nearest first. GitHub's `Repository` alone refers to a hundred."""
GRAPHQL_WORDS = frozenset("query mutation subscription __typename string int float boolean id".split())
"""What GraphQL itself names: kinds of operations and built-in scalars."""
GRPC_WORDS = frozenset(
    "rpc ok cancelled unknown invalid_argument deadline_exceeded not_found already_exists permission_denied"
    " resource_exhausted failed_precondition aborted out_of_range unimplemented internal unavailable data_loss"
    " unauthenticated".split()
)
"""Status codes of every gRPC service (https://grpc.io/docs/guides/status-codes/)."""


def spellings(key: str) -> Iterator[str]:
    """Yield the lower-case names that a call goes by, beside its key; none for a call of a path over HTTP.

    `Query.user` is also `user`; `RPC /package.Service/Method` is also `package.Service.Method`, `Service/Method` and
    `Method`; `SEND user/signedup` is also `user/signedup`.
    """
    method, blank, target = key.lower().partition(" ")
    if not blank:
        yield from (method, method.rpartition(".")[2])
    elif method == "rpc":
        service, _, name = unnumbered(target).strip("/").rpartition("/")
        short = service.rpartition(".")[2]
        yield from (f"{each}{joint}{name}" for each in (service, short) for joint in "/.")
        yield name
    elif not target.startswith("/"):
        yield from (target, unnumbered(target))


def services(key: str) -> Iterator[str]:
    """Yield the lower-case names of the service of a gRPC method."""
    method, _, target = key.lower().partition(" ")
    if method == "rpc":
        service = target.strip("/").rpartition("/")[0]
        yield from (service, service.rpartition(".")[2])


def type_spellings(pointer: str) -> Iterator[str]:
    """Yield the names of a type: with its package, if it has one, and without."""
    name = unescape(pointer.rpartition("/")[2])
    yield from (name, name.rpartition(".")[2])


def members(schemas: Iterable[Schema], resolve: Resolve) -> Iterator[str]:
    """Yield the names of types, their fields, arguments and values, the nearest first, of `MAX_TYPES` types at most."""
    pending = deque(schemas)
    met: set[str] = set()
    while pending and len(met) < MAX_TYPES:
        node, names = pending.popleft(), [""]
        if node.ref:
            if node.ref in met:
                continue
            met.add(node.ref)
            names = [*type_spellings(node.ref), ""]
            node = resolve(node.ref)
        yield from (*names, *type_spellings(node.title), node.type, node.format)
        for field, child in node.properties.items():
            for each in (field, _in_json(field)):
                yield from (f"{name}.{each}" if name else each for name in names)
            for argument in child.arguments:
                yield argument.name
                pending.append(argument.schema)
        for value in map(str, node.enum):
            yield from (f"{name}.{value}" if name else value for name in names)
        inner = (node.items, node.additional)
        pending += (*filter(None, inner), *node.one_of, *node.any_of, *node.all_of, *node.properties.values())


def _in_json(field: str) -> str:
    """Return how a field of protobuf is written in JSON: `user_id` as `userId`."""
    first, *rest = field.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
