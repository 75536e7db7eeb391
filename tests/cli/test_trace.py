from tests.cli.conftest import Specdeck

TRACE = set(
    "request intent searched spec clauses one_api mode without hits rung model prompt cached usage passed failed"
    " notices timings_ms".split()
)


def test_the_path_of_an_answer_is_told_when_asked_for(stocked: Specdeck) -> None:
    """Clauses, and each hit with what brought it; without `--trace` there is nothing of it."""
    question = ("ask", "--json", "--rung", "facts", "place a hold on a book, then pay a fine")
    document = stocked(*question, "--trace").document
    trace = document["trace"]
    assert set(trace) == TRACE
    assert trace["clauses"] == ["place a hold on a book", "pay a fine"]
    assert trace["intent"] == document["intent"]
    shown = [f"{one['spec']}:{one['operation']}" for one in document["facts"]["operations"]]
    assert {hit["ref"] for hit in trace["hits"] if hit["shown"]} == set(shown)
    assert all(hit["why"] and hit["part"] for hit in trace["hits"])
    assert (trace["rung"], trace["prompt"], trace["passed"], trace["cached"]) == ("facts", [], [], False)
    assert "trace" not in stocked(*question).document


def test_the_prompt_and_the_checks_are_told(equipped: Specdeck) -> None:
    """With a model: what it was asked, how fast it was, and which of its names are in the spec."""
    document = equipped("ask", "--json", "--trace", "how do I place a hold?").document
    trace = document["trace"]
    assert (trace["rung"], trace["model"]) == ("local", document["model"])
    assert "POST /holds" in trace["prompt"][-1]["content"]
    assert trace["hits"] == sorted(trace["hits"], key=lambda hit: -hit["score"])
    assert trace["usage"] == document["usage"]
    assert trace["passed"]
    assert set(trace["failed"]) == {*document["unverified"], *document["corrections"]}


def test_what_went_wrong_is_told_and_logged_under_one_name(stocked: Specdeck) -> None:
    """As text: the hits by number, and the sentence that says why there is no prose, which the log has, too."""
    out = stocked("ask", "--trace", "how do I place a hold?").out
    request = out.partition("Trace ")[2].split()[0]
    assert "    hits       1. town-library:POST /holds" in out
    assert "    notice     The model" in out
    assert f"answer {request}: The model" in (stocked.home / "state" / "specdeck.log").read_text(encoding="utf-8")


def test_a_follow_up_tells_what_was_searched(stocked: Specdeck, specdeck: Specdeck) -> None:
    """The trace of a kept answer is kept with it, as that of each: what was searched is how it was understood."""
    specdeck.environment["SPECDECK_HOME"] = str(stocked.home)
    for question in ("how do I place a hold?", "and how do I delete it?"):
        specdeck("ask", "--no-model", "--session", "trace", question)
    exchanges = specdeck("sessions", "show", "trace", "--json").document["exchanges"]
    assert [one["answer"]["trace"]["searched"] for one in exchanges] == ["how do I place a hold?", "delete a hold"]
