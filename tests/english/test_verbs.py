import pytest

from engine.english.verbs import verb_of


@pytest.mark.parametrize(
    ("form", "verb"),
    [
        ("delete", "delete"), ("Deleting", "delete"), ("closed", "close"), ("stopped", "stop"), ("sent", "send"),
        ("paid", "pay"), ("hidden", "hide"),
        ("copied", "copy"), ("unsubscribed", "unsubscribe"), ("wiping", "wipe"), ("issues", ""), ("copies", ""),
        ("new", ""), ("which", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_verb_is_known_in_its_forms(form: str, verb: str) -> None:
    """What someone does is told from what there is: a plural is a thing."""
    assert verb_of(form) == verb
