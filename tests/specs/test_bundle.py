import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from engine.errors import InputError, OutsideError, SpecError
from engine.specs.beside import beside
from engine.specs.bundle import relative
from engine.specs.limits import Limits
from engine.specs.model import Link, Parameter, Schema, Spec
from engine.specs.read import read
from tests.specs.builders import JSON, document, operation_document

OUTSIDE = "which is not read: references never leave the folder that was added or reach the network"


def neighbour(files: dict[str, Any]) -> Callable[[str], bytes]:
    """Return what opens these files: bytes as they are, a text as one, anything else as JSON."""

    def opened(name: str) -> bytes:
        if name not in files:
            raise InputError("No such file")
        content = files[name]
        content = content if isinstance(content, str | bytes) else json.dumps(content)
        return content.encode() if isinstance(content, str) else content

    return opened


def read_split(tree: JSON, files: dict[str, Any], limits: Limits = Limits()) -> Spec:
    """Read a document that is split over files; it lies beside them as `api.json`."""
    return read(json.dumps(tree).encode(), limits, neighbour=neighbour({"api.json": tree, **files}))


def schemas(files: dict[str, Any], **shared: JSON) -> tuple[dict[str, Schema], list[tuple[str, str, str]]]:
    """Return the schemas of a document with these shared ones, and its problems as file, pointer and message."""
    spec = read_split(document(openapi="3.1.0", components={"schemas": shared}), files)
    return spec.schemas, [(problem.file, problem.pointer, problem.message) for problem in spec.problems]


@pytest.mark.parametrize(
    ("ref", "pointer"),
    [
        ("pet.json", "/$files/pet.json"),
        ("./pet.json#", "/$files/pet.json"),
        ("pet.json#/Pet", "/$files/pet.json/Pet"),
        ("pet.json#/a~1b%25c", "/$files/pet.json/a~1b%c"),
        ("pet.json#mark", "/$files/pet.json/marked"),
        ("sub/../pet.json#/Pet", "/$files/pet.json/Pet"),
        ("sub/my%20pet%25.json#/Pet", "/$files/sub~1my pet%.json/Pet"),
        ("sub\\my pet%.json#/Pet", "/$files/sub~1my pet%.json/Pet"),
        ("api.json#/components/schemas/Other", "/components/schemas/Other"),
        ("#/components/schemas/Other", "/components/schemas/Other"),
    ],
)
def test_references_to_files_are_followed(ref: str, pointer: str) -> None:
    """A reference by a relative path leads into that file, however the path is written, or back to the document."""
    pet = {"Pet": {"type": "string"}, "a/b%c": {}, "marked": {"$anchor": "mark"}}
    found, problems = schemas(
        {"pet.json": pet, "sub/my pet%.json": pet}, A={"items": {"$ref": ref}}, Other={"type": "string"}
    )
    assert found["/components/schemas/A"].items == Schema(ref=pointer)
    assert pointer in found
    assert problems == []


def test_a_reference_is_one_however_json_writes_it() -> None:
    """Whether a document refers to other files is asked of what it says: JSON may write the sign `$` as an escape."""
    text = json.dumps(document(components={"schemas": {"A": {"items": {"$ref": "pet.json"}}}})).replace("$", "\\u0024")
    spec = read(text.encode(), neighbour=neighbour({"pet.json": {"type": "string"}}))
    assert spec.schemas["/$files/pet.json"] == Schema(type="string")
    assert spec.problems == ()


def test_references_in_a_file_are_relative_to_it() -> None:
    """A path is seen from the file that holds it, a fragment alone is in that file, and each file is kept once."""
    pet = """
    allOf: [{$ref: '#/$defs/base'}, {$ref: ../shared/named.yml#/Named}]
    properties: {mother: {$ref: pet.yaml}, self: {$ref: '#'}, note: {$ref: '#note'}, cat: {$ref: 'cat.yaml'}}
    $defs: {base: {type: object}, note: {$anchor: note}}
    """
    files = {
        "schemas/pet.yaml": pet,
        "schemas/cat.yaml": "{$ref: '../api.json#/components/schemas/A'}",
        "shared/named.yml": "Named: {properties: {name: {$ref: '../schemas/pet.yaml#/$defs/base'}}}",
    }
    found, problems = schemas(files, A={"$ref": "schemas/pet.yaml"})
    here = "/$files/schemas~1pet.yaml"
    assert problems == []
    assert found[here].all_of == (Schema(ref=f"{here}/$defs/base"), Schema(ref="/$files/shared~1named.yml/Named"))
    assert {name: field.ref for name, field in found[here].properties.items()} == {
        "mother": here,
        "self": here,
        "note": f"{here}/$defs/note",
        "cat": "/$files/schemas~1cat.yaml",
    }
    assert found["/$files/schemas~1cat.yaml"] == Schema(ref="/components/schemas/A")
    assert found["/$files/shared~1named.yml/Named"].properties["name"] == Schema(ref=f"{here}/$defs/base")


def test_every_part_may_be_in_a_file() -> None:
    """Path items, operations, parameters, bodies, responses, links and examples are followed into files."""
    tree = document(
        {"/x": {"$ref": "paths/x.yaml"}},
        components={"examples": {"far": {"externalValue": "https://e/x.json"}, "near": {"externalValue": "a/e.json"}}},
    )
    files = {
        "paths/x.yaml": "post: {$ref: 'post.yaml'}",
        "paths/post.yaml": """
        parameters: [{$ref: '../parts.yaml#/limit'}]
        requestBody: {content: {a/b: {examples: {e: {$ref: '../api.json#/components/examples/near'}}}}}
        responses: {default: {$ref: '../parts.yaml#/error'}}
        """,
        "parts.yaml": """
        limit: {name: limit, in: query, schema: {$ref: '#/int'}}
        int: {type: integer}
        error:
          description: Oh
          content: {text/plain: {examples: {e: {externalValue: a/e.txt}}}}
          links: {next: {operationRef: 'api.json#/paths/~1x/post'}}
        """,
        "a/e.json": {"$ref": "stays"},
        "a/e.txt": "plain\x1b",
    }
    spec = read_split(tree, files)
    assert spec.problems == ()
    [operation] = spec.operations
    [response] = operation.responses
    assert (operation.key, operation.pointer) == ("POST /x", "/paths/~1x/post")
    assert operation.parameters == (
        Parameter(name="limit", location="query", schema=Schema(ref="/$files/parts.yaml/int")),
    )
    assert operation.body is not None
    assert spec.examples[operation.body.content[0].example_ref] == {"$ref": "stays"}
    assert (response.description, response.content[0].example) == ("Oh", "plain␛")
    assert response.links == (Link(name="next", operation="/paths/~1x/post"),)


def test_main_parts_may_be_in_files() -> None:
    """Documents keep paths, components and each kind of component in files, where the format has no references."""
    tree = {"openapi": "3.0.3", "info": {"$ref": "info.yaml"}, "paths": {"$ref": "paths/all.yaml#/paths"}}
    files = {
        "info.yaml": "{title: Split, version: 1, description: {$ref: texts/intro.md}}",
        "texts/intro.md": "# Welcome: [all]\x1b",
        "paths/all.yaml": "paths: {/x: {get: {parameters: [{$ref: '../components/parameters.yaml#/default'}]}}}",
        "components/all.yaml": "{schemas: {$ref: 'more.yaml'}, parameters: {$ref: parameters.yaml}}",
        "components/more.yaml": "{$ref: schemas.yaml}",
        "components/schemas.yaml": "Pet: {properties: {id: {$ref: '#/Id'}}}\nId: {type: string}",
        "components/parameters.yaml": "default: {name: d, in: query, schema: {$ref: 'schemas.yaml#/Id'}}",
    }
    spec = read_split({**tree, "components": {"$ref": "components/all.yaml"}}, files)
    assert spec.problems == ()
    assert (spec.about.title, spec.about.description) == ("Split", "# Welcome: [all]␛")
    assert [parameter.name for parameter in spec.operations[0].parameters] == ["d"]
    assert spec.schemas["/components/schemas/Pet"].properties["id"].ref == "/$files/components~1schemas.yaml/Id"


def test_descriptions_and_extensions_may_be_in_files() -> None:
    """Prose is kept in one file with a key for each text, samples of code in a file each; neither is a problem."""
    get = {
        "description": {"$ref": "texts.yml#/get"},
        "x-codeSamples": [{"$ref": "samples/get.yml"}, {"$ref": "gone.yml"}, {"lang": "none"}],
        "responses": {},
    }
    tree = document(
        {"/x": {"$ref": "x/all.json#/x"}, "/y": {"get": get}}, info={"description": {"$ref": "texts.yml#/all"}}
    )
    files = {
        "texts.yml": "all: Of all.\nget: Of one.\nlist: [1]",
        "samples/get.yml": "lang: curl\nsource: curl y",
        "x/all.json": {"x": {"get": {"description": {"$ref": "../texts.yml#/get"}, "x-in": {"$ref": "in.yml#/b"}}}},
        "x/in.yml": "a: 1\nb: [2]",
    }
    spec = read_split(tree, files)
    assert spec.problems == ()
    assert spec.about.description == "Of all."
    assert [operation.description for operation in spec.operations] == ["Of one.", "Of one."]
    first, second = (operation.extensions for operation in spec.operations)
    assert first == {"x-in": [2]}
    assert second == {"x-codeSamples": [{"lang": "curl", "source": "curl y"}, {"$ref": "gone.yml"}, {"lang": "none"}]}


def test_a_file_that_many_extensions_refer_to_is_read_once() -> None:
    """It counts once for the size of the files, too: what many share made the whole document too large."""
    opened: list[str] = []

    def counted(name: str) -> bytes:
        opened.append(name)
        return b'{"a": "x", "b": "y"}'

    extensions = {"x-one": {"$ref": "shared.json#/a"}, "x-two": [{"$ref": "shared.json#/b"}]}
    spec = read(json.dumps(document({"/x": {"get": {"responses": {}, **extensions}}})).encode(), neighbour=counted)
    assert spec.operations[0].extensions == {"x-one": "x", "x-two": ["y"]}
    assert opened == ["shared.json"]


def test_main_parts_that_lead_nowhere_are_problems() -> None:
    """A circle, a missing key and a missing file in the place of a main part cost that part."""
    tree = document(
        info={"$ref": "circle.json"},
        components={"schemas": {"$ref": "parts.json#/schemas"}, "parameters": {"$ref": "gone.json"}},
    )
    spec = read_split(tree, {"circle.json": {"$ref": "circle.json"}, "parts.json": {}})
    assert [(problem.pointer, problem.message) for problem in spec.problems] == [
        ("/info", "is a circle of references"),
        ("/components/schemas", "refers to parts.json#/schemas, which does not exist"),
        ("/components/parameters", "refers to gone.json, which cannot be read: No such file"),
    ]


def test_a_discriminator_may_name_files() -> None:
    """The values of a discriminator lead to files by their path and to shared schemas by their name, also in a file."""
    pet = {"discriminator": {"propertyName": "kind", "mapping": {"cat": "cat.json", "dog": "Dog", "me": "#"}}}
    found, problems = schemas({"s/pet.json": pet, "s/cat.json": {}}, Dog={}, Pet={"$ref": "s/pet.json"})
    assert found["/$files/s~1pet.json"].mapping == {
        "cat": "/$files/s~1cat.json",
        "dog": "/components/schemas/Dog",
        "me": "/$files/s~1pet.json",
    }
    assert problems == []


def test_values_are_left_alone() -> None:
    """A `$ref` in an example, default, enum or extension is a value; in a property of such a name it is none."""
    value = {"$ref": "gone.json"}
    values = {"example": value, "default": value, "enum": [value], "examples": [value], "x-more": value}
    fields = {name: {"$ref": "a.json"} for name in ("example", "default", "enum", "value", "x-more", "$ref")}
    found, problems = schemas({"a.json": {}}, A={**values, "properties": fields})
    schema = found["/components/schemas/A"]
    assert (schema.example, schema.default, schema.enum, schema.extensions) == (
        value,
        value,
        (value,),
        {"x-more": value},
    )
    assert {field.ref for field in schema.properties.values()} == {"/$files/a.json"}
    assert problems == []


def test_examples_of_swagger_are_values() -> None:
    """Examples of Swagger 2.0 are kept by media type, and a `$ref` in them is what comes over the wire."""
    responses = {"200": {"examples": {"a/b": {"$ref": "gone.json"}}, "schema": {"$ref": "a.json"}}}
    tree = {"swagger": "2.0", "paths": {"/x": {"get": {"responses": responses}}}}
    spec = read_split(tree, {"a.json": {}})
    assert spec.problems == ()
    [content] = [each for each in spec.operations[0].responses[0].content if each.media_type == "a/b"]
    assert (content.example, content.schema.ref) == ({"$ref": "gone.json"}, "/$files/a.json")


@pytest.mark.parametrize(
    ("path", "file", "name"),
    [
        ("a.json", "", "a.json"),
        ("a.json", "b/c.json", "b/a.json"),
        ("../a.json", "b/c.json", "a.json"),
        ("..\\a.json", "b/c.json", "a.json"),
        ("%2e%2e/a.json", "b/c.json", "a.json"),
        ("../../a.json", "b/c.json", "../a.json"),
        ("..", "b/c.json", None),
        ("../..", "b/c.json", None),
        ("/etc/passwd", "", None),
        ("%2fetc/passwd", "", None),
        ("\\\\host\\share", "", None),
        ("//host/a.json", "", None),
        ("C:\\a.json", "", None),
        ("http://169.254.169.254/", "", None),
        ("file:///etc/passwd", "", None),
        ("urn:a", "", None),
    ],
)
def test_paths_stay_in_the_folder(path: str, file: str, name: str | None) -> None:
    """A path is seen from its file; one that is absolute or an address has no name."""
    assert relative(path, file) == name


@pytest.mark.parametrize(
    "ref",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
        "../../x.json",
        "/etc/passwd",
        "C:\\x.json",
        "a/../../x.json",
    ],
)
def test_what_is_outside_is_never_opened(ref: str) -> None:
    """A reference out of the folder or to an address is one problem, at its first place; no address is asked for."""
    asked: list[str] = []

    def opened(name: str) -> bytes:
        if name.startswith("../"):
            raise OutsideError("It is outside")
        asked.append(name)
        raise InputError("No such file")

    node = {"$ref": f"{ref}#/a"}
    tree = operation_document({"parameters": [node], "requestBody": node}, components={"schemas": {"A": node}})
    spec = read(json.dumps(tree).encode(), neighbour=opened)
    assert asked == []
    assert [(problem.pointer, problem.message) for problem in spec.problems] == [
        ("/paths/~1x/get/parameters/0", f"refers to {ref.replace('a/../', '')}, {OUTSIDE}")
    ]
    assert spec.schemas["/components/schemas/A"].ref.endswith("/a")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read: No such file"),
        (b"\xff", "cannot be read: The document is not text in UTF-8 or UTF-16"),
        ('{"a"', "cannot be read: The JSON ends too early, at line 1, column 5"),
        ("# only a comment", "is empty"),
        ("a: [", "cannot be read: The YAML is broken at line 2, column 1: did not find expected node content"),
        ('{"a\\u001b": 1, "a\\u241b": 1}', "cannot be read: Two keys of the document differ only in signs"),
        ("[" * 300 + "]" * 300, "is nested deeper than 200 levels"),
        ("- " * 300 + "a", "is nested deeper than 200 levels"),
    ],
    ids=["missing", "binary", "json", "empty", "yaml", "keys", "deep json", "deep yaml"],
)
def test_a_file_that_cannot_be_read_is_one_problem(content: str | bytes | None, reason: str) -> None:
    """Every reference to it leads nowhere; that is told once, at the first, with the reason."""
    files = {"b.json": content} if content is not None else {}
    node = {"$ref": "b.json#/X"}
    tree = operation_document({"parameters": [node]}, components={"schemas": {"A": node, "B": {"items": node}}})
    spec = read_split(tree, files)
    [problem] = spec.problems
    assert problem.pointer == "/paths/~1x/get/parameters/0"
    assert problem.message.startswith(f"refers to b.json, which {reason}")
    assert spec.schemas["/components/schemas/B"].items == Schema(ref="/$files/b.json/X")


def test_a_document_alone_names_its_files() -> None:
    """A document that came without its folder tells once of each file that it misses."""
    tree = document(
        components={"schemas": {"A": {"$ref": "a.json#/X"}, "B": {"$ref": "a.json"}, "C": {"$ref": "c.json"}}}
    )
    assert [(problem.pointer, problem.message) for problem in read(json.dumps(tree).encode()).problems] == [
        ("/components/schemas/A", "refers to a.json, which is not read: the document came without the files beside it"),
        ("/components/schemas/C", "refers to c.json, which is not read: the document came without the files beside it"),
    ]


def test_a_key_called_as_the_files_is_dropped() -> None:
    """A document cannot pass off something of its own as the content of a file."""
    tree = document(components={"schemas": {"A": {"$ref": "#/$files/secret/x"}}}, **{"$files": {"secret": {"x": {}}}})
    [problem] = read_split(tree, {}).problems
    assert problem.message == "refers to #/$files/secret/x, which does not exist"


def test_problems_in_a_file_name_it() -> None:
    """A problem of a part that is in another file has that file, and pointer and line inside it."""
    files = {"s.yaml": "Pet:\n  properties:\n    a: {}\n    b: 5\n", "t.json": '{"x": 1,\n "x": {}}'}
    tree = document(components={"schemas": {"A": {"$ref": "s.yaml#/Pet"}, "B": {"$ref": "t.json"}}})
    found = [(each.file, each.pointer, each.line, each.message) for each in read_split(tree, files).problems]
    assert found == [
        ("t.json", "/x", 2, "the key 'x' is given more than once; the last one is read"),
        ("s.yaml", "/Pet/properties/b", 4, "is no schema"),
    ]


def test_files_count_together() -> None:
    """Files that are larger together than one document may be are refused, and so are references without end."""
    half = {"description": "x" * 600_000}
    tree = document(components={"schemas": {"A": {"$ref": "a.json"}, "B": {"$ref": "b.json"}}})
    with pytest.raises(SpecError, match="files are larger than 1 MB together"):
        read_split(tree, {"a.json": half, "b.json": half}, Limits(max_document_mb=1))
    chain = {f"{number}.json": {"items": {"$ref": f"{number + 1}.json"}} for number in range(300)}
    tree = document(components={"schemas": {"A": {"$ref": "0.json"}}})
    with pytest.raises(SpecError, match="more than 100 parts"):
        read_split(tree, chain, Limits(max_parts=100))


def test_circles_of_files_end() -> None:
    """Files that refer to each other, to themselves or back to the document are read once."""
    files = {
        "a.json": {"properties": {"b": {"$ref": "b.json"}, "me": {"$ref": "a.json"}}},
        "b.json": {"items": {"$ref": "./x/../a.json"}, "not": {"$ref": "api.json"}},
    }
    found, problems = schemas(files, A={"$ref": "a.json"})
    assert set(found) == {"/components/schemas/A", "/$files/a.json", "/$files/b.json"}
    assert problems == [("b.json", "/not", "refers to #, which is not a part of the document")]


def test_aliases_of_yaml_are_rewritten_once() -> None:
    """One value that YAML puts in many places is one reference."""
    file = "a: &it {$ref: '#/b'}\nb: {items: *it, discriminator: &d {mapping: {x: '#/b'}}}\nc: {discriminator: *d}\n"
    found, problems = schemas({"s.yaml": file}, A={"$ref": "s.yaml#/b"}, C={"$ref": "s.yaml#/c"})
    assert found["/$files/s.yaml/b"].items == Schema(ref="/$files/s.yaml/b")
    assert found["/$files/s.yaml/c"].mapping == {"x": "/$files/s.yaml/b"}
    assert problems == []


NAMES = st.sampled_from(
    ["a.json", "b.json", "c/d.json", "./a.json", "../b.json", "api.json", "gone.json", "http://e/x", ""]
)
FRAGMENTS = st.sampled_from(["", "#", "#/a", "#/a/b", "#x", "#/$files/a.json", "#/%", "#/~"])
REFERENCES = st.builds("".join, st.tuples(NAMES, FRAGMENTS))
KEYS = st.sampled_from(
    "$ref a b schema properties items responses default example examples value externalValue operationRef discriminator"
    " mapping paths components schemas parameters get $anchor".split()
)
VALUES = st.recursive(
    REFERENCES | st.builds(lambda ref: {"$ref": ref}, REFERENCES) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4), VALUES, VALUES, VALUES)
def test_any_files_are_read_or_refused(parts: JSON, first: Any, second: Any, third: Any) -> None:
    """Whatever refers to whatever, a spec comes out, or SpecError, and no reference is left that leads to a file."""
    tree = {**document(openapi="3.1.0"), **parts}
    files = {"a.json": first, "b.json": second, "c/d.json": third}
    try:
        spec = read_split(tree, files)
    except SpecError:
        return
    assert all(schema.ref.startswith(("/", "#")) or not schema.ref for schema in spec.schemas.values())


def test_only_files_in_the_folder_are_opened(tmp_path: Path) -> None:
    """Files and links inside the folder are opened; what is above it, absolute, a link out, or no file is not."""
    folder = tmp_path / "api"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.json").write_text("inside")
    (tmp_path / "secret.json").write_text("secret")
    (folder / "link.json").symlink_to("sub/a.json")
    (folder / "out.json").symlink_to("../secret.json")
    (folder / "up").symlink_to("..")
    (folder / "ring").symlink_to("ring")
    os.mkfifo(folder / "pipe")
    (tmp_path / "alias").symlink_to("api")
    for root in (folder, tmp_path / "alias"):
        opened = beside(root, Limits())
        assert opened("sub/a.json") == opened("link.json") == opened("./sub//a.json") == b"inside"
        for name in ("../secret.json", "out.json", "up/secret.json", str(tmp_path / "secret.json"), "ring", "pipe"):
            with pytest.raises(InputError):
                opened(name)
        for name in ("gone.json", "sub", "", "sub/a.json/x", "a\0b", "x" * 5000):
            with pytest.raises(InputError):
                opened(name)


def test_a_file_may_be_as_large_as_a_document(tmp_path: Path) -> None:
    """One byte over the limit is refused, the limit itself is read."""
    (tmp_path / "a").write_bytes(b"x" * 1024 * 1024)
    (tmp_path / "b").write_bytes(b"x" * (1024 * 1024 + 1))
    opened = beside(tmp_path, Limits(max_document_mb=1))
    assert len(opened("a")) == 1024 * 1024
    with pytest.raises(InputError, match="It is larger than 1 MB"):
        opened("b")


def test_a_document_in_a_folder_is_read_with_its_files(tmp_path: Path) -> None:
    """From the folder to the spec: YAML beside JSON, and a secret outside that no reference reaches."""
    folder = tmp_path / "api"
    folder.mkdir()
    (tmp_path / "secret.json").write_text('{"description": "secret words"}')
    (folder / "pet.yaml").write_text("type: object\nproperties: {name: {type: string}}\n")
    (folder / "out.json").symlink_to("../secret.json")
    refs = {"Pet": "pet.yaml", "Out": "out.json", "Up": "../secret.json", "File": (tmp_path / "secret.json").as_uri()}
    tree = document(components={"schemas": {name: {"$ref": ref} for name, ref in refs.items()}})
    spec = read(json.dumps(tree).encode(), neighbour=beside(folder, Limits()))
    assert list(spec.schemas["/$files/pet.yaml"].properties) == ["name"]
    assert [problem.pointer.rpartition("/")[2] for problem in spec.problems] == ["Out", "Up", "File"]
    assert "secret words" not in repr(spec)
