"""The doors of search: filters, evidence, counts, and what is said when meaning has no part."""

from pathlib import Path

import pytest

from tests.cli.conftest import Specdeck
from tests.conftest import EMBEDDING


def test_a_filter_leaves_out_what_does_not_pass(stocked: Specdeck) -> None:
    """`--where` holds for every hit, and a filter that nothing passes finds nothing."""
    hits = stocked("search", "--json", "book", "--where", "method = POST and not deprecated").document["hits"]
    assert hits
    assert all(hit["operation"].startswith("POST ") for hit in hits)
    assert stocked("search", "--json", "book", "--where", "method = TRACE").document["hits"] == []


@pytest.mark.parametrize(
    ("filter_", "column", "said"),
    [("method", 7, "an operator is expected"), ("methd = GET", 1, "did you mean method?"), ("method = (", 10, "value")],
)
def test_a_filter_that_is_wrong_names_the_column(stocked: Specdeck, filter_: str, column: int, said: str) -> None:
    """A filter that cannot be read is one sentence with its column, a hint with all fields, and exit code 1."""
    ran = stocked("search", "book", "--where", filter_, code=1)
    assert ran.out == ""
    assert f"wrong at column {column}: " in ran.err
    assert said in ran.err
    assert "Fields: spec, tag, method, path" in ran.err
    assert stocked("search", "book", "--where", filter_, "--json", code=1).document["kind"] == "input"


def test_each_hit_can_be_explained(stocked: Specdeck) -> None:
    """`--explain` adds the clause, its words and the relevance below each hit, and JSON has them anyway."""
    words = ["search", "place", "a", "hold", "-n", "1"]
    lines = stocked(*words, "--explain").out.splitlines()
    assert lines[0] == "  1. town-library:POST /holds"
    rows = dict(line.split(maxsplit=1) for line in lines[3:])
    assert (rows["asked"], rows["words"]) == ("place a hold", "place, hold")
    assert rows["relevance"].endswith("%")
    assert "nearness" not in rows
    [hit] = stocked(*words, "--json").document["hits"]
    assert set(hit["evidence"]) == {"part", "words", "meant", "near", "gives"}
    assert 0 <= hit["relevance"] <= 1


def test_all_matches_are_counted(stocked: Specdeck) -> None:
    """`--facets` counts every match and not only the hits that are shown, and only it brings the key into JSON."""
    words = ["search", "book", "-n", "1"]
    ran = stocked(*words, "--facets")
    shown = ran.out.splitlines()
    assert shown[3] == "All matches:"
    [methods] = [line for line in shown if line.startswith("     method ")]
    document = stocked(*words, "--facets", "--json").document
    counts = {facet["field"]: {one["value"]: one["count"] for one in facet["values"]} for facet in document["facets"]}
    assert sum(counts["method"].values()) > len(document["hits"]) == 1
    assert all(f"{value} {count}" in methods for value, count in counts["method"].items())
    assert "facets" not in stocked(*words, "--json").document
    narrowed = stocked(*words, "--facets", "--json", "--where", "method = POST").document["facets"]
    assert [one["value"] for facet in narrowed if facet["field"] == "method" for one in facet["values"]] == ["POST"]


def test_a_batch_takes_all_of_them(stocked: Specdeck, tmp_path: Path) -> None:
    """With a filter, counts and evidence a batch is still one document a line, or hits below each query."""
    (tmp_path / "queries.txt").write_text("place a hold\nzebra\n")
    words = ["search", "--batch", str(tmp_path / "queries.txt"), "--where", "method = POST", "--facets", "--explain"]
    documents = stocked(*words, "--json").documents
    assert [document["query"] for document in documents] == ["place a hold", "zebra"]
    assert all("facets" in document for document in documents)
    out = stocked(*words).out
    assert out.startswith("place a hold\n  1. ")
    assert out.endswith("zebra\n")


def test_what_meaning_lacks_is_told(equipped: Specdeck, tmp_path: Path) -> None:
    """Where the vectors are there and the model is not, hits come by words, and stderr says why after the count."""
    ran = equipped("search", "place a hold", SPECDECK_MODELS=str(tmp_path))
    counted, reason = ran.err.splitlines()
    assert " hits by words in " in counted
    assert EMBEDDING in reason
    document = equipped("search", "place a hold", "--json", SPECDECK_MODELS=str(tmp_path)).document
    assert (document["mode"], document["note"]) == ("words", reason)
