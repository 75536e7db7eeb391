"""What operations take, give and say, as the library keeps it."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from engine.english.paging import pages
from engine.indexing.surface import Surface
from engine.library.attributes import Field, Trait
from engine.specs.model import Body, Content, Operation, Response, Schema

NAME = Schema(type="string")


def of(operation: Operation, schemas: dict[str, Schema] | None = None) -> dict[Field, set[str]]:
    """Return the columns of an operation."""
    return {field: set(values) for field, values in Surface(schemas or {}).of(operation)}


def sending(schema: Schema) -> Operation:
    """Return an operation that sends a body and gets the same back."""
    content = (Content("application/json", schema),)
    return Operation("POST", "/x", "/p", body=Body(content=content), responses=(Response("200", content=content),))


@pytest.mark.parametrize(
    ("schema", "body", "required"),
    [
        (Schema(properties={"a": NAME, "b": NAME}, required=("a", "gone")), {"a", "b"}, {"a"}),
        (Schema(items=Schema(properties={"a": NAME})), {"a"}, set()),
        (Schema(all_of=(Schema(properties={"a": NAME}, required=("a",)), Schema(ref="/s/B"))), {"a", "b"}, {"a", "b"}),
        (Schema(one_of=(Schema(properties={"a": NAME}, required=("a",)), Schema(ref="/s/B"))), {"a", "b"}, set()),
        (Schema(properties={"a": Schema(read_only=True), "b": Schema(ref="/s/B")}, required=("a",)), {"b"}, set()),
        (Schema(ref="/s/Loop"), {"a"}, set()),
        (Schema(ref="/s/Missing"), set(), set()),
    ],
)
def test_fields_of_a_body(schema: Schema, body: set[str], required: set[str]) -> None:
    """Fields are those of the first level in all forms; required those that each form requires and a client sets."""
    schemas = {
        "/s/B": Schema(properties={"b": NAME}, required=("b",)),
        "/s/Loop": Schema(properties={"a": NAME}, all_of=(Schema(ref="/s/Loop"),), one_of=(Schema(ref="/s/Loop"),)),
    }
    found = of(sending(schema), schemas)
    assert (found[Field.BODY], found[Field.REQUIRED]) == (body, required)


def test_what_comes_back() -> None:
    """Of responses the schemas by name count, the fields on the first level, and those one level further inside."""
    page = Schema(
        properties={"items": Schema(items=Schema(ref="/components/schemas/Item")), "key": Schema(write_only=True)}
    )
    schemas = {"/components/schemas/Item": Schema(properties={"id": NAME}), "/components/schemas/Page": page}
    listed = Schema(
        items=Schema(one_of=(Schema(ref="/components/schemas/Page"), Schema(ref="/components/schemas/Item")))
    )
    found = of(sending(listed), schemas)
    assert found[Field.RETURNS] == {"Page", "Item"}
    assert found[Field.RESPONSE] == {"items", "id"}
    assert found[Field.INNER] == {"id"}
    assert Trait.OUTPUT in found[Field.HAS]


def test_an_error_is_no_output() -> None:
    """What comes back with an error is not what an operation returns; without a success the default response is."""
    error = Response("404", content=(Content("application/json", Schema(properties={"message": NAME})),))
    assert of(Operation("GET", "/x", "/p", responses=(error, Response("204"))))[Field.RESPONSE] == set()
    default = Response("default", content=error.content)
    assert of(Operation("GET", "/x", "/p", responses=(error, default)))[Field.RESPONSE] == {"message"}


def _schemas() -> st.SearchStrategy[Schema]:
    refs = st.sampled_from(["/s/0", "/s/1", "/s/2", "/s/none"]).map(lambda ref: Schema(ref=ref))

    def larger(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
        several = st.lists(inner, max_size=3).map(tuple)
        fields: dict[str, Any] = {
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "items": st.none() | inner,
            "all_of": several,
            "one_of": several,
            "required": st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
        }
        return st.builds(Schema, **fields)

    return st.recursive(refs | st.builds(Schema), larger, max_leaves=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(_schemas(), min_size=3, max_size=3), _schemas())
def test_schemas_in_circles_end(shared: list[Schema], schema: Schema) -> None:
    """However schemas refer to each other, what is required is sent, and reading them ends."""
    found = of(sending(schema), {f"/s/{number}": one for number, one in enumerate(shared)})
    assert found[Field.REQUIRED] <= found[Field.BODY]


@pytest.mark.parametrize(
    "names",
    "page,per_page,pageToken,next_cursor,$skip,offset,limit starting_after,first after".split(","),
)
def test_an_input_goes_to_another_page_by_its_name(names: str) -> None:
    """Pages, cursors, offsets and their like, also where only the size of a page tells that they are such."""
    assert pages(frozenset(names.split()))


@pytest.mark.parametrize("names", ["limit", "after", "page_id", "pageUrl", "since until", ""])
def test_other_inputs_do_not(names: str) -> None:
    """A size alone, a time, and the page of a wiki go to no other page."""
    assert not pages(frozenset(names.split()))
