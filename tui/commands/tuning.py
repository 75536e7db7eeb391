"""What `specdeck models tune` does."""

from engine import Trial, folders, load_settings, machine, tune as trials
from tui.commands import output
from tui.commands.output import Exit


def tune(name: str | None, as_json: bool) -> Exit:
    """Let a chat model be measured, tell of each trial, and print how it is run from now on."""

    def work() -> Exit:
        where = folders()
        settings = load_settings(where.config)
        model = name or settings.chat_model
        tried: list[Trial] = []
        for trial in trials(model, where, settings.cores):
            tried.append(trial)
            output.note(_told(trial))
        best = tried[-1]
        if as_json:
            output.document({"model": model, "machine": machine(), "best": best, "tried": tried[:-1]})
            return Exit.DONE
        output.text(f"{model} on {machine()}: {best.tuning.words}.")
        if settings.threads:
            output.note(f"The setting `threads` = {settings.threads} wins over the threads that were measured.")
        return Exit.DONE

    return output.guarded(work, as_json=as_json)


def _told(trial: Trial) -> str:
    speed = f"reads {trial.speed.read:,.0f} and writes {trial.speed.write:,.0f} tokens a second"
    return f"{trial.step:8}{trial.tuning.words}: {speed}"
