from engine.indexing.texts import Texts
from engine.specs.model import Operation, Spec
from engine.specs.read import read
from tests.specs.builders import JSON, document, operation_document, read_json


def text_of(tree: JSON) -> tuple[Spec, Operation]:
    """Return a spec and its only operation."""
    spec = read_json(tree)
    return spec, spec.operations[0]


def test_an_operation_is_found_by_what_it_is_called() -> None:
    """Identifier and path stand there in words and whole, tags with the path, the summary as it is."""
    spec, operation = text_of(
        document(
            {
                "/repos/{repoId}": {
                    "get": {
                        "operationId": "repos/getOne",
                        "summary": "Get a repo",
                        "tags": ["Code Hosting"],
                        "description": "It.",
                    }
                }
            }
        )
    )
    text = Texts(spec).of(operation)
    assert text.identifier == "reposgetone repos get one repos repo id"
    assert (text.tail, text.tags) == ("repos", "code hosting")
    assert (text.summary, text.description) == ("Get a repo", "It.")
    assert text.views == (
        "Get a repo. GET repos repo id",
        "Get a repo. It.",
        "code hosting repos get one repos",
        "repos: repo id",
    )


def test_without_a_summary_the_description_stands_in() -> None:
    """Its first sentence is what the operation is called; markup and addresses are left out, and no view is long."""
    spec, operation = text_of(operation_document({"description": "See it. More <b>of it</b> at https://a.example/b"}))
    text = Texts(spec).of(operation)
    assert (text.summary, text.views[0]) == ("See it.", "See it.. GET x")
    assert text.description == "See it. More of it at"
    spec, operation = text_of(operation_document({"summary": "word " * 500, "description": "other " * 500}))
    text = Texts(spec).of(operation)
    assert max(map(len, text.views)) <= 350
    assert len(text.description) <= 1500


def test_every_view_is_a_line() -> None:
    """Views are kept one under the other and taken apart again, so none may have a line of its own."""
    spec, operation = text_of(operation_document({"summary": "One\ntwo", "description": "Three\r\n\nfour\u2028five."}))
    text = Texts(spec).of(operation)
    assert text.text.split("\n") == list(text.views)
    assert "One two" in text.views[0]


def test_what_comes_back_is_found() -> None:
    """The fields and types of the first success count; those of errors do not."""
    spec, operation = text_of(
        operation_document(
            {
                "responses": {
                    "404": {"content": {"a/b": {"schema": {"properties": {"reason": {}}}}}},
                    "200": {"content": {"a/b": {"schema": {"items": {"$ref": "#/components/schemas/PlantPot"}}}}},
                }
            },
            components={"schemas": {"PlantPot": {"properties": {"leafCount": {}}}}},
        )
    )
    assert Texts(spec).of(operation).outputs == "leaf count plant pot"


def test_a_passage_is_found_by_its_heading_and_text() -> None:
    """A passage of a guide has one view, and its headings in the place of tags."""
    spec = read(b"# Billing\n\n## Refunds\n\nMoney comes back within a week.\n")
    text = Texts(spec).of(spec.passages[-1])
    assert (text.summary, text.tags) == ("Refunds", "billing refunds")
    assert len(text.views) == 1
    assert "Money comes back" in text.description


def test_fields_of_the_body_are_found() -> None:
    """Parameters and body fields three levels down count, through references, choices, lists and circles."""
    node = {"$ref": "#/components/schemas/Node"}
    spec, operation = text_of(
        operation_document(
            {
                "parameters": [{"name": "pageSize", "in": "query"}],
                "requestBody": {
                    "content": {
                        "a/b": {
                            "schema": {
                                "oneOf": [
                                    {"properties": {"one": {"items": {"properties": {"tooDeep": {}}}}}},
                                    {"allOf": [node]},
                                ]
                            }
                        }
                    }
                },
            },
            components={"schemas": {"Node": {"properties": {"nextNode": node, "value": {}}}}},
        )
    )
    assert Texts(spec).of(operation).inputs == "page size one next node value"


def test_wide_bodies_are_cut() -> None:
    """A body whose choices multiply is looked at once, and no more than some hundreds of its fields count."""
    count = 300
    schemas: JSON = {
        f"A{n}": {"oneOf": [{"$ref": f"#/components/schemas/B{m}"} for m in range(count)]} for n in range(count)
    }
    schemas |= {f"B{n}": {"properties": {f"b{n}": {}}} for n in range(count)}
    schemas["Root"] = {"oneOf": [{"$ref": f"#/components/schemas/A{n}"} for n in range(count)]}
    spec, operation = text_of(
        operation_document(
            {"requestBody": {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/Root"}}}}},
            components={"schemas": schemas},
        )
    )
    assert len(Texts(spec).of(operation).inputs.split()) == 2 * 200
