"""A value as XML, named and placed as the XML Object of its schema says.

That is OpenAPI 3.2.0, 4.25, which has what the versions before it have. Where a document says nothing, an element is
called like its property, the items of a list stand beside one another without an element around them, and the whole is
called like its schema.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.specs.describe import Resolve, merged, schema_name
from engine.specs.model import Schema, Xml, written
from engine.text import clean

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_ROOT = "root"
"""What is called by nobody."""
_ITEM = "item"
_NAME = re.compile("[^A-Za-z0-9_.\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0391-\u03a1\u0410-\u044f\u4e00-\u9fa5-]")
"""What is not in a name: the letters are those of all editions of XML 1.0 (2.3), and the colon is for prefixes."""


def xml_text(schema: Schema, value: Any, resolve: Resolve, name: str = "") -> str:
    """Return a value as an XML document.

    Args:
        schema: Its schema.
        value: What JSON has.
        resolve: Gives the schema at a JSON pointer.
        name: What it is called where neither it nor the branch of a choice that it is says so.
    """
    writer = _Writer(resolve)
    schema = writer.branch(schema, value)
    node = merged(schema, resolve)
    name = node.xml.name or name or schema_name(schema.ref) or _ROOT
    if isinstance(value, list):  # A document has one element around everything.
        item = node.items or Schema()
        inner = merged(item, resolve).xml.name or schema_name(item.ref) or _ITEM
        lines = writer.around(name, node.xml, {}, [line for one in value for line in writer.element(inner, item, one)])
    else:
        lines = writer.element(name, schema, value)
    return "\n".join([_DECLARATION, *lines])


class _Writer:
    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    def branch(self, schema: Schema, value: Any) -> Schema:
        """Return the branch of a choice without a name of its own that has all fields of a value."""
        node = merged(schema, self._resolve)
        if isinstance(value, dict) and not (node.xml.name or node.properties):
            for one in (*node.one_of, *node.any_of):
                if value.keys() <= merged(one, self._resolve).properties.keys():
                    return one
        return schema

    def element(self, name: str, schema: Schema, value: Any) -> Iterator[str]:
        """Yield the lines of an element; `name` is what it is called where its schema says nothing."""
        node = merged(schema, self._resolve)
        name = node.xml.name or name
        match value:
            case dict():
                yield from self._object(name, node, value)
            case list():
                yield from self.around(name, node.xml, {}, [*self._items(name, node, value)])
            case _:
                yield from self.around(name, node.xml, {}, [], _text(node.xml, value))

    def around(
        self, name: str, xml: Xml, attributes: dict[str, str], inside: list[str], text: str = ""
    ) -> Iterator[str]:
        """Yield the lines of an element with what is in it."""
        tag = _tag(name, xml.prefix)
        said = {**_namespace(xml), **attributes}
        start = " ".join([tag, *(f"{key}={quoteattr(clean(value))}" for key, value in said.items())])
        if inside:
            yield f"<{start}>{text}"
            yield from (f"  {line}" for line in inside)
            yield f"</{tag}>"
        else:
            yield f"<{start}>{text}</{tag}>" if text else f"<{start}/>"

    def _object(self, name: str, node: Schema, value: dict[str, Any]) -> Iterator[str]:
        attributes: dict[str, str] = {}
        inside: list[str] = []
        text = ""
        for field, item in value.items():
            schema = self._field(node, field)
            child = merged(schema, self._resolve)
            if child.xml.node == "attribute":
                attributes |= _namespace(child.xml) if child.xml.prefix else {}
                attributes[_tag(child.xml.name or field, child.xml.prefix)] = written(item)
            elif child.xml.node in ("text", "cdata"):
                text += _text(child.xml, item)
            elif isinstance(item, list) and child.xml.node != "element":
                inside += self._items(field, child, item)
            else:
                inside += self.element(field, schema, item)
        yield from self.around(name, node.xml, attributes, inside, text)

    def _items(self, name: str, node: Schema, value: list[Any]) -> Iterator[str]:
        for item in value:
            yield from self.element(name, node.items or Schema(), item)

    def _field(self, node: Schema, field: str) -> Schema:
        """Return the schema of a field, of the branch of a choice that has it too."""
        if field in node.properties:
            return node.properties[field]
        for branch in (*node.one_of, *node.any_of):
            whole = merged(branch, self._resolve)
            if field in whole.properties:
                return whole.properties[field]
        return node.additional or Schema()


def _text(xml: Xml, value: Any) -> str:
    text = "" if value is None else clean(written(value))
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>" if xml.node == "cdata" else escape(text)


def _namespace(xml: Xml) -> dict[str, str]:
    name = f"xmlns:{_named(xml.prefix)}" if xml.prefix else "xmlns"
    return {name: xml.namespace} if xml.namespace else {}


def _tag(name: str, prefix: str) -> str:
    return f"{_named(prefix)}:{_named(name)}" if prefix else _named(name)


def _named(name: str) -> str:
    made = _NAME.sub("_", name) or "_"
    return made if made[0].isalpha() or made[0] == "_" else f"_{made}"
