import pytest

from engine.errors import ModelFileError
from engine.models.template import ChatTemplate

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] }}"
    "{{ '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{ 7 * 7 }} größer"}]


def rendered(source: str, *, answer: bool = True) -> str:
    """What a template makes of the conversation."""
    return ChatTemplate(source, bos="<s>", eos="</s>").render(MESSAGES, answer=answer)


def test_a_conversation_is_rendered() -> None:
    """Turns stand as the template says, what they hold is no template, and the answer begins where it is asked for."""
    turns = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n{{ 7 * 7 }} größer<|im_end|>\n"
    assert rendered(CHATML) == f"{turns}<|im_start|>assistant\n"
    assert rendered(CHATML, answer=False) == turns


def test_what_templates_are_written_with_is_there() -> None:
    """Tokens, loop controls, JSON as it is, the tag of training, and blocks that leave no empty lines."""
    source = (
        "{{ bos_token }}\n"
        "{% for message in messages %}\n"
        "  {% if loop.first %}{% continue %}{% endif %}\n"
        "{% generation %}{{ message | tojson }}{% endgeneration %}\n"
        "{% break %}\n"
        "{% endfor %}\n"
        "{{ eos_token }}{{ 'ab' * 2 }}{{ 2 ** 3 }}{{ 7 % 4 }}{{ tools is none or tools is undefined }}"
    )
    assert rendered(source) == '<s>\n{"role": "user", "content": "{{ 7 * 7 }} größer"}</s>abab83True'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{% if %}", "cannot be read"),
        ("{% for i in range(9) %}" * 3000, "cannot be read"),
        ("{{ messages[9].role.first }}", "no element 9"),
        ("{{ raise_exception('system is not supported') }}", "'system is not supported'"),
        ("{{ ().__class__.__bases__ }}", "unsafe"),
        ("{{ messages.append(1) }}", "unsafe"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "recursion"),
        ("{# nothing #}", "writes nothing"),
        ("{{ 'a' * 10 ** 9 }}", "too long"),
        ("{{ [0] * 10 ** 9 }}", "too long"),
        ("{{ (((9 ** 64) ** 64) ** 64) ** 64 }}", r"uses \*\*"),
        ("{{ '%1000000000d' % 1 }}", "uses %"),
        ("{% for i in range(99999) %}{{ 'a' * 1000 }}{% endfor %}", "without end"),
    ],
)
def test_a_template_that_cannot_be_used_is_told(source: str, reason: str) -> None:
    """Whatever a template does wrong becomes one sentence about the model's file, with what helps."""
    with pytest.raises(ModelFileError, match=reason) as caught:
        rendered(source)
    assert "chat template" in str(caught.value)
    assert "Import another" in caught.value.hint


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='abc') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    ],
)
def test_a_template_that_takes_too_much_is_stopped(source: str) -> None:
    """A loop without end, and a text that doubles, end by themselves."""
    with pytest.raises(ModelFileError, match=r"runs longer|too much memory"):
        rendered(source)
