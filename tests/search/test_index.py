from engine.search.index import search_text
from engine.specs.model import Operation, Spec
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
    text = search_text(operation, spec)
    assert text.identifier == "reposgetone repos get one reposrepoid"
    assert text.path == "GET repos repo id code hosting"
    assert (text.summary, text.description) == ("Get a repo", "It.")
    assert text.embed == "Get a repo. GET repos repo id"


def test_without_a_summary_the_description_is_embedded() -> None:
    """The first sentence of the description stands in, and the text to embed is never long."""
    spec, operation = text_of(operation_document({"description": "See [it](u). More."}))
    assert search_text(operation, spec).embed == "See it.. GET x"
    spec, operation = text_of(operation_document({"summary": "word " * 500}))
    assert len(search_text(operation, spec).embed) == 300


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
    assert search_text(operation, spec).fields == "page size one next node value"


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
    assert len(search_text(operation, spec).fields.split()) == 2 * 200
