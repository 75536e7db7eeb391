"""What `specdeck doctor` does: every part is tried, and what can be mended is, if the user wants that."""

from engine import Check, Engine, check
from tui.commands import output
from tui.commands.output import Exit
from tui.commands.questions import with_engine


def doctor(fix: bool, as_json: bool) -> Exit:
    """Check every part, mend what can be with `fix`, and print how it does."""

    async def work(engine: Engine) -> Exit:
        checks = await check(engine, fix=fix)
        sound = all(each.ok for each in checks)
        if as_json:
            output.document({"ok": sound, "checks": checks})
        else:
            for each in checks:
                _print(each)
        return Exit.DONE if sound else Exit.FAILED

    return with_engine(work, as_json=as_json)


def _print(check: Check) -> None:
    output.text(f"{'ok    ' if check.ok else 'FAILED'}  {check.name}: {check.detail}")
    if check.hint:
        output.text(f"        {check.hint}.")
