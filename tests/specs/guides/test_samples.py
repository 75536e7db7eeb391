import json

import pytest
import yaml
from hypothesis import given, strategies as st

from engine.errors import SpecError
from engine.specs.guides.passages import PASSAGE_CHARS
from engine.specs.model import Passage, Spec
from engine.specs.read import read

SAMPLE = {
    "id": 1,
    "access_token": "ghp_0123456789abcdefghij0123456789",
    "user": {"name": "Rex", "odd key": {"values": [{"number": number, "text": "x" * 90} for number in range(40)]}},
    "bio": "A sentence of a long story. " * 200,
    "é": [1, 2.5, None, True],
}


def sample(text: str) -> Spec:
    """Read a sample."""
    return read(text.encode(), name="sample.json")


def value(passage: Passage) -> object:
    """Return the value that a passage shows."""
    kind, _, rest = passage.text.removeprefix("```").partition("\n")
    text = rest.removesuffix("\n```")
    return json.loads(text) if kind == "json" else yaml.safe_load(text)


FORMS = {
    "json": lambda tree: json.dumps(tree, indent=1),
    "one line": json.dumps,
    "yaml": lambda tree: yaml.safe_dump(tree, sort_keys=False, allow_unicode=True),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_sample_is_cut_along_its_structure(form: str) -> None:
    """A passage is a valid piece that fits, under the path that leads to it, with the line on which it begins."""
    text = FORMS[form](SAMPLE)
    spec = sample(text)
    assert (spec.about.title, spec.about.format) == ("sample", "yaml" if form == "yaml" else "json")
    by_path: dict[str, list[Passage]] = {}
    for passage in spec.passages:
        assert len(passage.text) <= PASSAGE_CHARS + 100
        by_path.setdefault(passage.heading, []).append(passage)
    first, last = by_path["$"]
    assert value(first) == {"id": 1, "access_token": "REDACTED"}
    assert value(last) == {"é": SAMPLE["é"]}
    assert "".join(passage.text + " " for passage in by_path["$.bio"]) == SAMPLE["bio"]
    runs = [passage for passage in spec.passages if "values" in passage.heading]
    values = [item for run in runs for item in value(run)]  # type: ignore[attr-defined]
    assert values == SAMPLE["user"]["odd key"]["values"]  # type: ignore[index]
    assert runs[0].heading.startswith('$.user["odd key"].values[0:')
    lines = [passage.line for passage in spec.passages]
    assert lines == sorted(lines)
    assert text.split("\n")[last.line - 1].lstrip().startswith(('{"id"', '"\\u00e9"', "é"))


def test_the_secrets_of_a_sample_are_hidden() -> None:
    """A token is not kept, whether its name or its shape tells what it is."""
    spec = sample('{"password": "hunter2hunter2", "note": "use ghp_0123456789abcdefghij0123456789"}')
    assert "hunter2" not in spec.passages[0].text
    assert "ghp_" not in spec.passages[0].text


@pytest.mark.parametrize("text", ["{}", "[]"])
def test_a_sample_without_words_is_refused(text: str) -> None:
    """Brackets alone hold no text."""
    with pytest.raises(SpecError, match="The document holds no text"):
        sample(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"k": ' * 190 + "[" + ",".join(['"' + "x" * 90 + '"'] * 2000) + "]" + "}" * 190,
        json.dumps({"k" * 100_000: [["x" * 1600]] * 5_000}),
        json.dumps({"k": ["x" * 200_000]}),
        "a: &a [" + "x," * 1000 + "]\n" + "".join(f"b{number}: [*a, *a]\n" for number in range(200)),
    ],
    ids=["deep", "long key", "long text", "aliases"],
)
def test_samples_made_to_grow_are_read_or_refused(text: str) -> None:
    """Depth, long names and aliases multiply neither time nor memory; the time-out of the tests would tell."""
    try:
        spec = sample(text)
    except SpecError as refused:
        assert "more than 5,000,000 parts" in str(refused)
        return
    assert all(len(passage.heading) <= 200 for passage in spec.passages)


trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text("ab é~/.\x1b\"'", max_size=30),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text("ab é~/.[\"'", max_size=6), inner, max_size=6),
    max_leaves=60,
)


@given(
    st.lists(trees, min_size=1) | st.dictionaries(st.text("abc", min_size=1), trees, min_size=1),
    st.sampled_from(sorted(FORMS)),
)
def test_any_sample_is_read_or_refused(tree: object, form: str) -> None:
    """Any tree gives pieces of valid JSON or YAML, or a plain refusal."""
    try:
        spec = sample(FORMS[form](tree))
    except SpecError as refused:
        assert str(refused)
        return
    assert spec.about.format in ("json", "yaml", "text")
    for passage in spec.passages:
        if passage.heading.startswith("$"):
            assert isinstance(value(passage), dict | list)
