"""specdeck's engine: everything without a screen.

`Engine` and the records below are the whole interface that `tui` uses. Names load on first use, so that the model
worker, which is a module of this package too, does not import what only the façade needs.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.answer.records import (
        Answer as Answer,
        Done as Done,
        Event as Event,
        Facts as Facts,
        FactsReady as FactsReady,
        FieldFact as FieldFact,
        Notice as Notice,
        OperationFacts as OperationFacts,
        PassageFact as PassageFact,
        Prose as Prose,
        ResponseFact as ResponseFact,
        Segment as Segment,
        SegmentKind as SegmentKind,
        Stage as Stage,
    )
    from engine.doctor import Check as Check, check as check
    from engine.errors import (
        InputError as InputError,
        LibraryError as LibraryError,
        ModelError as ModelError,
        ModelFileError as ModelFileError,
        NotFoundError as NotFoundError,
        SettingsError as SettingsError,
        SpecdeckError as SpecdeckError,
        SpecError as SpecError,
        WorkerError as WorkerError,
    )
    from engine.facade import Engine as Engine
    from engine.library.records import How as How, Linked as Linked, OutlineRow as OutlineRow, SpecInfo as SpecInfo
    from engine.models.protocol import Usage as Usage
    from engine.models.shelf import ModelShelf as ModelShelf, ModelState as ModelState, ShelfEntry as ShelfEntry
    from engine.observe.health import Health as Health, ModelHealth as ModelHealth
    from engine.records import (
        Added as Added,
        Adding as Adding,
        Listed as Listed,
        OperationView as OperationView,
        Overview as Overview,
        PassageView as PassageView,
        Progress as Progress,
        Refused as Refused,
        SchemaView as SchemaView,
        Skipped as Skipped,
    )
    from engine.review.diff.report import diff_markdown as diff_markdown, diff_text as diff_text
    from engine.review.records import Change as Change, Diff as Diff
    from engine.search.filters import Count as Count, Facet as Facet
    from engine.search.records import Evidence as Evidence, Found as Found, Hit as Hit
    from engine.search.where import narrowed as narrowed
    from engine.settings import (
        Folders as Folders,
        Settings as Settings,
        folders as folders,
        load_settings as load_settings,
        save_setting as save_setting,
    )
    from engine.specs.describe import (
        FieldRow as FieldRow,
        field_rows as field_rows,
        first_sentence as first_sentence,
        in_words as in_words,
        plain as plain,
        schema_name as schema_name,
        type_name as type_name,
    )
    from engine.specs.model import (
        About as About,
        Body as Body,
        Content as Content,
        EnumValue as EnumValue,
        Grant as Grant,
        Operation as Operation,
        Parameter as Parameter,
        Passage as Passage,
        Problem as Problem,
        Response as Response,
        Schema as Schema,
        SecurityScheme as SecurityScheme,
        Server as Server,
        Spec as Spec,
        Tag as Tag,
    )
    from engine.text import clean as clean, clean_line as clean_line

SAMPLE = Path(__file__).parent / "sample" / "town-library.yaml"
"""A specification that comes with the program, to try it without one."""

_NAMES = {
    "engine.answer.records": (
        "Answer Done Event Facts FactsReady FieldFact Notice OperationFacts PassageFact Prose ResponseFact "
        "Segment SegmentKind Stage"
    ),
    "engine.review.diff.report": "diff_markdown diff_text",
    "engine.review.records": "Change Diff",
    "engine.doctor": "Check check",
    "engine.errors": (
        "InputError LibraryError ModelError ModelFileError NotFoundError SettingsError SpecError "
        "SpecdeckError WorkerError"
    ),
    "engine.facade": "Engine",
    "engine.library.records": "How Linked OutlineRow SpecInfo",
    "engine.models.protocol": "Usage",
    "engine.models.shelf": "ModelShelf ModelState ShelfEntry",
    "engine.observe.health": "Health ModelHealth",
    "engine.records": "Added Adding Listed OperationView Overview PassageView Progress Refused SchemaView Skipped",
    "engine.search.filters": "Count Facet",
    "engine.search.records": "Evidence Found Hit",
    "engine.search.where": "narrowed",
    "engine.settings": "Folders Settings folders load_settings save_setting",
    "engine.specs.describe": "FieldRow field_rows first_sentence in_words plain schema_name type_name",
    "engine.specs.model": (
        "About Body Content EnumValue Grant Operation Parameter Passage Problem Response Schema SecurityScheme Server "
        "Spec Tag"
    ),
    "engine.text": "clean clean_line",
}
"""Where each public name lives; the imports above tell type checkers the same, and a test holds the two together."""
_HOME_OF = {name: home for home, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
