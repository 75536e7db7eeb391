import sqlite3
from collections import Counter
from collections.abc import Callable
from importlib import resources
from math import log
from pathlib import Path
from typing import Never

import numpy as np
import pytest

from engine.indexing.index import index, upgrade
from engine.indexing.texts import Texts
from engine.library import write
from engine.library.connection import Connection
from engine.library.index import index_again, outdated
from engine.library.stems import stems
from engine.library.store import Library
from engine.search import derived
from engine.search.words import terms as terms_module
from engine.search.words.merging import _B, _K1, GROUPS
from engine.search.words.terms import TermIndex, Terms
from tests.library.builders import add, calls, new
from tests.specs.builders import PETS, document

MODEL = "tiny"


def postings(terms: Terms, group: str) -> dict[tuple[str, int], float]:
    """Return the impact of each word of a group on each entry, which goes by its rowid."""
    starts, entries, impacts = terms.groups[group]
    return {
        (word, int(terms.rowids[entries[place]])): float(impacts[place])
        for word, number in terms.numbers.items()
        for place in range(starts[number], starts[number + 1])
    }


def same(one: Terms, other: Terms) -> bool:
    """Tell whether two indexes say the same."""
    return (
        one.keys == other.keys
        and one.numbers == other.numbers
        and one.written == other.written
        and one.rowids.tolist() == other.rowids.tolist()
        and one.telling.tolist() == other.telling.tolist()
        and one.feeds.producers.tolist() == other.feeds.producers.tolist()
        and all(postings(one, group) == postings(other, group) for group in GROUPS)
    )


@pytest.mark.parametrize("group", list(GROUPS))
def test_impacts_are_those_of_bm25f(tracker: Library, tmp_path: Path, group: str) -> None:
    """The index says what counting every word of every column says: BM25F, each column by its own mean length."""
    terms = TermIndex(tracker, tmp_path).terms()
    spec = tracker.spec("tracker")
    first, last = tracker.rowid_range("tracker")
    rowids = range(first, last + 1)
    texts = {rowid: Texts(spec).of(item) for rowid, item in zip(rowids, spec.operations, strict=True)}
    expected: Counter[tuple[str, int]] = Counter()
    for column, weight in GROUPS[group].items():
        words = {rowid: stems([getattr(text, column)]) for rowid, text in texts.items()}
        lengths = [len(each) for each in words.values() if each]
        for rowid, each in words.items():
            for word, count in Counter(each).items():
                mean = sum(lengths) / len(lengths)
                expected[word, rowid] += weight * count / (1 - _B + _B * len(each) / mean)
    impacts = {pair: count / (count + _K1) * (1 + _K1) for pair, count in expected.items()}
    assert postings(terms, group) == pytest.approx(impacts, rel=1e-5)


def test_a_word_tells_by_how_rare_it_is(tracker: Library, tmp_path: Path) -> None:
    """What few names have tells much; what is in none tells most; scores are impact times that, times the weight."""
    terms = TermIndex(tracker, tmp_path).terms()
    assert terms.worth("reaction") > terms.worth("issu")
    assert terms.worth("nowhere") == terms.most_telling == pytest.approx(log(1 + 6.5 / 0.5))
    [score] = [score for score in terms.scores("names", {"reaction": 2.0}).tolist() if score]
    [((_, _), impact)] = [(pair, impact) for pair, impact in postings(terms, "names").items() if pair[0] == "reaction"]
    assert score == pytest.approx(2 * impact * terms.worth("reaction"))
    assert not terms.scores("names", {"nowhere": 1.0}).any()
    told = terms.told("names", dict.fromkeys(terms.numbers, 1.0))
    assert told.tolist() == pytest.approx(terms.all_told["names"].tolist(), rel=1e-5)


def test_entries_are_described(library: Library, tmp_path: Path) -> None:
    """What counts for an entry whatever the question is read off its key."""
    paths = {
        "/lions": {"get": {"summary": "List lions"}},
        "/lions/{id}": {"delete": {"summary": "Delete a lion", "deprecated": True}},
        "/me/lions": {"get": {"summary": "My lions"}},
        "/lions/search": {"get": {"operationId": "searchLions"}},
    }
    add(library, document(paths, webhooks={"lion-fed": {"post": {"summary": "A lion was fed"}}}))
    terms = TermIndex(library, tmp_path).terms()
    keys = ["GET /lions", "DELETE /lions/{id}", "GET /me/lions", "GET /lions/search", "POST lion-fed"]
    assert (terms.keys, [terms.method_names[number] for number in terms.methods]) == (
        keys,
        ["GET", "DELETE", "GET", "GET", "POST"],
    )
    assert terms.deprecated.tolist() == terms.one.tolist() == [0, 1, 0, 0, 0]
    assert (terms.mine.tolist(), terms.lookup.tolist()) == ([0, 0, 1, 0, 0], [0, 0, 0, 1, 0])
    assert terms.incoming.tolist() == [0, 0, 0, 0, 1]


def test_the_index_is_kept_in_a_file(tracker: Library, tmp_path: Path) -> None:
    """A second start reads the file, asks the library for no word, and says the same."""
    index_ = TermIndex(tracker, tmp_path / "data")
    index_.prepare()
    made = index_.terms()
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["words.index"]

    class Silent(Library):
        def __init__(self, connection: Connection) -> None:
            self.rows = connection.rows

        def read(self, work: object) -> Never:
            raise AssertionError

    assert same(TermIndex(Silent(tracker._connection), tmp_path / "data").terms(), made)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:10],
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
        lambda data: bytes(len(data)),
    ],
    ids=["empty", "short", "truncated", "longer", "flipped", "zeros"],
)
def test_a_damaged_file_is_made_again(tracker: Library, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """Whatever happened to the file, the index is right, and nothing written; made ready anew, the file is whole."""
    made = TermIndex(tracker, tmp_path).terms()
    file = tmp_path / "words.index"
    TermIndex(tracker, tmp_path).prepare()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert same(TermIndex(tracker, tmp_path).terms(), made)
    assert file.read_bytes() == damage(whole)
    TermIndex(tracker, tmp_path).prepare()
    assert file.read_bytes() == whole


def test_a_file_of_another_layout_is_made_again(tracker: Library, tmp_path: Path) -> None:
    """What another release of specdeck kept of the same library is no error."""
    made = TermIndex(tracker, tmp_path).terms()
    for body in (b"\x90", b"no message", b""):
        derived.keep(tmp_path / "words.index", terms_module._MAGIC, made.generation, body)
        assert same(TermIndex(tracker, tmp_path).terms(), made)


def test_the_index_follows_the_library(library: Library, tmp_path: Path) -> None:
    """Added, replaced, renamed and removed specs come and go without a new start; an empty library is no error."""
    words = TermIndex(library, tmp_path)
    assert (len(words.terms().rowids), words.terms().numbers) == (0, {})
    add(library, calls("Feed the lions"), name="zoo")
    assert words.terms().scores("names", {"lion": 1.0}).tolist() > [0.0]
    add(library, calls("Wash the bears", "Count the bears"), name="zoo")
    assert (len(words.terms().rowids), "lion" in words.terms().numbers) == (2, False)
    words.prepare()
    old = (tmp_path / "words.index").read_bytes()
    library.remove("zoo")
    assert len(words.terms().rowids) == 0
    (tmp_path / "words.index").write_bytes(old)
    assert len(TermIndex(library, tmp_path).terms().rowids) == 0


def test_vectors_leave_the_words_as_they_are(tracker: Library, tmp_path: Path) -> None:
    """Embedding does not make the index stale: its file would else be written anew after every batch."""
    words = TermIndex(tracker, tmp_path)
    made = words.terms()
    texts = tracker.without_vector(MODEL)
    tracker.put_vectors(MODEL, texts, [b"1234"] * len(texts))
    assert words.terms() is made
    add(tracker, calls("More"), source="more", name="more")
    assert words.terms() is not made


def test_a_spec_that_is_being_deleted_is_out_of_sight(
    tracker: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words of a retired spec, all of them or those that a sweep has left, count for nothing."""
    alone = TermIndex(tracker, tmp_path).terms()
    monkeypatch.setattr(Library, "_sweep", lambda self: None)
    monkeypatch.setattr(write, "_PIECE", 2)
    add(tracker, calls(*(f"Create issue {number}" for number in range(7))), source="gone", name="gone")
    tracker.remove("gone")
    for _ in range(4):
        now = TermIndex(tracker, tmp_path / "other").terms()
        assert (now.keys, now.written) == (alone.keys, alone.written)
        assert all(postings(now, group) == postings(alone, group) for group in GROUPS)
        with tracker.transaction() as db:
            write.sweep(db)
            write.next_generation(db)


def test_what_feeds_what_is_known(library: Library, tmp_path: Path) -> None:
    """The link graph of the library is there by positions, between any entries that are of interest."""
    library.add(new(PETS), index(new(PETS).spec))
    terms = TermIndex(library, tmp_path).terms()
    producers, consumers, weights, _ = terms.feeds.among(np.arange(len(terms.rowids)))
    edges = {(terms.keys[one], terms.keys[other]) for one, other in zip(producers, consumers, strict=True)}
    assert ("GET /pets", "GET /pets/{petId}") in edges
    assert ((weights > 0) & (weights <= 1)).all()
    lonely = np.array([terms.keys.index("GET /pets/{petId}")])
    assert len(terms.feeds.among(lonely).producers) == 0
    assert len(terms.feeds.among(np.zeros(0, np.int64)).producers) == 0


def test_a_library_of_the_former_schema_is_indexed_again(tmp_path: Path) -> None:
    """Opening it writes words, links, columns and texts anew, and the vectors of old texts go."""
    file = tmp_path / "library.db"
    Library(file).close()
    former(file)
    library = Library(file)
    assert outdated(library) == ["pets"]
    assert TermIndex(library, tmp_path).terms().keys == []
    assert upgrade(library)
    assert not upgrade(library)
    terms = TermIndex(library, tmp_path).terms()
    assert outdated(library) == []
    fresh = Library(tmp_path / "fresh.db")
    fresh.add(new(PETS), index(new(PETS).spec))
    for sql in (
        "SELECT * FROM segments",
        "SELECT * FROM attributes",
        "SELECT rowid, text, text_hash FROM entries",
        "SELECT * FROM links",
    ):
        assert library.rows(sql) == fresh.rows(sql)
    assert same(terms, TermIndex(fresh, tmp_path / "fresh").terms())
    assert library.rows("SELECT count(*) FROM vectors") == [(0,)]
    assert library.rows("PRAGMA integrity_check") == [("ok",)]
    fresh.close()
    library.close()


def former(file: Path) -> None:
    """Write a library as it was before there was a table of words, with one spec."""
    file.unlink()
    document = new(PETS)
    scripts = sorted(
        entry.name for entry in resources.files("engine.library.migrations").iterdir() if entry.name.endswith(".sql")
    )
    with sqlite3.connect(file) as old:
        old.create_function("route_of_key", 1, lambda _key: "", deterministic=True)
        for script in scripts[:5]:
            old.executescript(resources.files("engine.library.migrations").joinpath(script).read_text("utf-8"))
        old.execute("PRAGMA user_version = 5")
        old.execute(
            "INSERT INTO specs (id, name, source, sha256, bytes, added, about, problems, operations)"
            " VALUES (1, 'pets', '', x'00', 9, '', ?, ?, 4)",
            (write.encode(document.spec.about), write.encode(())),
        )
        for rowid, operation in enumerate(document.spec.operations, 1):
            old.execute(
                "INSERT INTO entries (id, spec_id, kind, key, operation_id, summary, tag, deprecated, pointer, route,"
                " text_hash, text, body) VALUES (?, 1, 'operation', ?, ?, ?, '', ?, ?, '', ?, 'old', ?)",
                (
                    rowid,
                    operation.key,
                    operation.operation_id,
                    operation.summary,
                    operation.deprecated,
                    operation.pointer,
                    write.text_hash("old"),
                    write.encode(operation),
                ),
            )
            old.execute("INSERT INTO names (rowid, identifier, path, summary) VALUES (?, 'x', 'y', 'z')", (rowid,))
        for pointer, part in document.spec.schemas.items():
            old.execute("INSERT INTO parts VALUES (1, ?, ?, 'schema')", (pointer, write.encode(part)))
        old.execute("INSERT INTO vectors VALUES ('tiny', ?, x'00')", (write.text_hash("old"),))
    old.close()


def test_a_spec_that_is_removed_while_it_is_indexed_again_is_no_error(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may remove what this one is about to index."""
    add(library, calls("Stays"), source="a", name="stays")
    monkeypatch.setattr("engine.indexing.index.outdated", lambda library: ["gone", *outdated(library)])
    upgrade(library)
    assert TermIndex(library, tmp_path).terms().keys == ["GET /0"]


def test_indexing_again_changes_nothing_that_was_right(tracker: Library, tmp_path: Path) -> None:
    """Done twice, it comes to the same, and vectors stay where their texts do."""
    texts = tracker.without_vector(MODEL)
    tracker.put_vectors(MODEL, texts, [b"1234"] * len(texts))
    before = TermIndex(tracker, tmp_path).terms()
    index_again(tracker, "tracker", index)
    assert tracker.without_vector(MODEL) == []
    after = TermIndex(tracker, tmp_path).terms()
    assert after.generation != before.generation
    assert after.numbers == before.numbers
    assert all(postings(before, group) == postings(after, group) for group in GROUPS)


def test_a_path_of_several_lines_is_one_entry(library: Library, tmp_path: Path) -> None:
    """What stands in an entry's key shifts no other entry's, also in an index that was read from its file."""
    add(library, document({"/a\nb": {"get": {"summary": "One"}}, "/c": {"post": {"summary": "Two"}}}))
    for _ in range(2):
        terms = TermIndex(library, tmp_path).terms()
        TermIndex(library, tmp_path).prepare()
        assert len(terms.keys) == len(terms.methods) == len(terms.incoming) == len(terms.rowids) == 2
        assert [terms.method_names[number] for number in terms.methods] == ["GET", "POST"]
