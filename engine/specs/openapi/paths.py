"""What the paths of a document say by themselves: inputs that nothing declares, and keys that two operations have."""

import re
from collections.abc import Iterator

import msgspec

from engine.specs.model import Operation, Parameter, Schema

_PLACEHOLDER = re.compile(r"\{([^{}/]{1,200})\}")


def undeclared(path: str, parameters: tuple[Parameter, ...]) -> Iterator[Parameter]:
    """Yield what stands in braces in a path and is not declared: it has to be filled all the same."""
    if "{" not in path:
        return
    declared = {parameter.name for parameter in parameters if parameter.location == "path"}
    for name in dict.fromkeys(_PLACEHOLDER.findall(path)):
        if name not in declared:
            yield Parameter(name, "path", required=True, schema=Schema(type="string"))


def unique(operations: Iterator[Operation], taken: set[str]) -> Iterator[Operation]:
    """Yield operations; the path of one whose key is taken gets a number: `#2`."""
    numbers: dict[str, int] = {}
    for operation in operations:
        key, found = operation.key, operation
        while found.key in taken:
            numbers[key] = numbers.get(key, 1) + 1
            found = msgspec.structs.replace(operation, path=f"{operation.path}#{numbers[key]}")
        taken.add(found.key)
        yield found
