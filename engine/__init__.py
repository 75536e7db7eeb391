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
    )
    from engine.answer.records import (
        Done as Done,
    )
    from engine.answer.records import (
        Event as Event,
    )
    from engine.answer.records import (
        Facts as Facts,
    )
    from engine.answer.records import (
        FactsReady as FactsReady,
    )
    from engine.answer.records import (
        FieldFact as FieldFact,
    )
    from engine.answer.records import (
        Notice as Notice,
    )
    from engine.answer.records import (
        OperationFacts as OperationFacts,
    )
    from engine.answer.records import (
        Prose as Prose,
    )
    from engine.answer.records import (
        ResponseFact as ResponseFact,
    )
    from engine.answer.records import (
        Segment as Segment,
    )
    from engine.answer.records import (
        SegmentKind as SegmentKind,
    )
    from engine.answer.records import (
        Stage as Stage,
    )
    from engine.doctor import Check as Check
    from engine.doctor import check as check
    from engine.errors import (
        InputError as InputError,
    )
    from engine.errors import (
        LibraryError as LibraryError,
    )
    from engine.errors import (
        ModelError as ModelError,
    )
    from engine.errors import (
        ModelFileError as ModelFileError,
    )
    from engine.errors import (
        NotFoundError as NotFoundError,
    )
    from engine.errors import (
        SettingsError as SettingsError,
    )
    from engine.errors import (
        SpecdeckError as SpecdeckError,
    )
    from engine.errors import (
        SpecError as SpecError,
    )
    from engine.errors import (
        WorkerError as WorkerError,
    )
    from engine.facade import Engine as Engine
    from engine.library.records import OutlineRow as OutlineRow
    from engine.library.records import SpecInfo as SpecInfo
    from engine.models.shelf import ModelShelf as ModelShelf
    from engine.models.shelf import ModelState as ModelState
    from engine.models.shelf import ShelfEntry as ShelfEntry
    from engine.observe.health import Health as Health
    from engine.observe.health import ModelHealth as ModelHealth
    from engine.records import (
        Added as Added,
    )
    from engine.records import (
        OperationView as OperationView,
    )
    from engine.records import (
        Overview as Overview,
    )
    from engine.records import (
        Progress as Progress,
    )
    from engine.search.records import Found as Found
    from engine.search.records import Hit as Hit
    from engine.settings import (
        Folders as Folders,
    )
    from engine.settings import (
        Settings as Settings,
    )
    from engine.settings import (
        folders as folders,
    )
    from engine.settings import (
        load_settings as load_settings,
    )
    from engine.settings import (
        save_setting as save_setting,
    )
    from engine.specs.describe import FieldRow as FieldRow
    from engine.specs.describe import field_rows as field_rows
    from engine.specs.describe import type_name as type_name
    from engine.specs.model import (
        About as About,
    )
    from engine.specs.model import (
        Body as Body,
    )
    from engine.specs.model import (
        Content as Content,
    )
    from engine.specs.model import (
        Grant as Grant,
    )
    from engine.specs.model import (
        Operation as Operation,
    )
    from engine.specs.model import (
        Parameter as Parameter,
    )
    from engine.specs.model import (
        Problem as Problem,
    )
    from engine.specs.model import (
        Response as Response,
    )
    from engine.specs.model import (
        Schema as Schema,
    )
    from engine.specs.model import (
        SecurityScheme as SecurityScheme,
    )
    from engine.specs.model import (
        Server as Server,
    )
    from engine.specs.model import (
        Spec as Spec,
    )
    from engine.specs.model import (
        Tag as Tag,
    )
    from engine.text import clean as clean
    from engine.text import clean_line as clean_line

SAMPLE = Path(__file__).parent / "sample" / "town-library.yaml"
"""A specification that comes with the program, to try it without one."""

_NAMES = {
    "engine.answer.records": (
        "Answer Done Event Facts FactsReady FieldFact Notice OperationFacts Prose ResponseFact Segment "
        "SegmentKind Stage "
    ),
    "engine.doctor": ("Check check "),
    "engine.errors": (
        "InputError LibraryError ModelError ModelFileError NotFoundError SettingsError SpecError "
        "SpecdeckError WorkerError "
    ),
    "engine.facade": ("Engine "),
    "engine.library.records": ("OutlineRow SpecInfo "),
    "engine.models.shelf": ("ModelShelf ModelState ShelfEntry "),
    "engine.observe.health": ("Health ModelHealth "),
    "engine.records": ("Added OperationView Overview Progress "),
    "engine.search.records": ("Found Hit "),
    "engine.settings": ("Folders Settings folders load_settings save_setting "),
    "engine.specs.describe": ("FieldRow field_rows type_name "),
    "engine.specs.model": (
        "About Body Content Grant Operation Parameter Problem Response Schema SecurityScheme Server Spec Tag "
    ),
    "engine.text": ("clean clean_line "),
}
"""Where each public name lives; the imports above tell type checkers the same, and a test holds the two together."""
_HOME_OF = {name: home for home, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
