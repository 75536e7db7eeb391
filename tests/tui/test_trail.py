"""Back and forward in the browser."""

from hypothesis import given, strategies as st

from tui.app.trail import LONGEST, Trail

STEPS = st.lists(st.sampled_from(["a", "b", "c", -1, 1]), max_size=40)


@given(STEPS)
def test_back_and_forward_are_those_of_a_list(steps):
    """A trail does what two stacks would do."""
    trail, before, ahead, here = Trail(), [], [], ""
    for step in steps:
        if isinstance(step, str):
            if step != here:
                before, ahead, here = [*before, here] if here else before, [], step
            trail.go(step)
        elif step < 0:
            assert trail.leads(-1) is bool(before)
            if before:
                ahead, here = [*ahead, here], before.pop()
            assert trail.step(-1) in ("", here)
        else:
            assert trail.leads(1) is bool(ahead)
            if ahead:
                before, here = [*before, here], ahead.pop()
            assert trail.step(1) in ("", here)
        assert trail.here == here


def test_a_trail_has_an_end():
    """What lies furthest back is forgotten."""
    trail = Trail()
    for number in range(LONGEST + 5):
        trail.go(str(number))
    assert trail.step(1 - LONGEST) == "5"
    assert not trail.leads(-1)
