"""specdeck's engine: everything without a screen.

`Engine` and the records below are the whole interface that `tui` uses. Names load on first use, so that the model
worker, which is a module of this package too, does not import what only the façade needs.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

_HOMES = {
    "engine.answer.records": (
        "Answer Done Event Facts FactsReady FieldFact Notice OperationFacts Prose ResponseFact Segment SegmentKind Stage"
    ),
    "engine.errors": (
        "InputError LibraryError ModelError ModelFileError NotFoundError SettingsError SpecError SpecdeckError "
        "WorkerError"
    ),
    "engine.facade": "Added Engine OperationView OutlineRow Progress SpecInfo",
    "engine.models.shelf": "ModelShelf",
    "engine.observe.health": "Health ModelHealth",
    "engine.observe.logging": "log_to_file",
    "engine.search.records": "Found Hit",
    "engine.settings": "Folders Settings folders load_settings save_setting",
    "engine.specs.describe": "field_rows type_name",
    "engine.specs.model": (
        "About Body Content Grant Operation Parameter Problem Response Schema SecurityScheme Server Spec Tag"
    ),
    "engine.text": "clean clean_line",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

SAMPLE = Path(__file__).parent / "sample" / "town-library.yaml"
"""A specification that comes with the program, to try it without one."""

__all__ = ["SAMPLE", *sorted(_HOME_OF)]  # pyright: ignore


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
