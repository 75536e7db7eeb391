# The front door: every name that `tui` may use, and where it lives. Python reads this file too; see `__init__.py`.

import pathlib

from .answer.attaching import pasted as pasted
from .answer.context import Context as Context
from .answer.conversation import Exchanged as Exchanged, Session as Session
from .answer.excerpts import Excerpt as Excerpt
from .answer.fitting import Fitting as Fitting
from .answer.planned import Planned as Planned
from .answer.records import (
    Answer as Answer,
    Cached as Cached,
    ContentFact as ContentFact,
    Done as Done,
    Event as Event,
    Facts as Facts,
    FactsReady as FactsReady,
    Notice as Notice,
    Offer as Offer,
    OperationFacts as OperationFacts,
    PassageFact as PassageFact,
    Prose as Prose,
    ResponseFact as ResponseFact,
    RungName as RungName,
    Segment as Segment,
    SegmentKind as SegmentKind,
    Stage as Stage,
    StepFact as StepFact,
)
from .answer.rows import Row as Row, in_short as in_short, taken_as as taken_as, told_rows as told_rows
from .answer.told import (
    ASKABLE as ASKABLE,
    AuthTold as AuthTold,
    ComparedTold as ComparedTold,
    DeprecationTold as DeprecationTold,
    ErrorsTold as ErrorsTold,
    ErrorTold as ErrorTold,
    EventsTold as EventsTold,
    FieldsTold as FieldsTold,
    FieldTold as FieldTold,
    Intent as Intent,
    PagingTold as PagingTold,
    Quote as Quote,
    RepeatTold as RepeatTold,
    SaidTold as SaidTold,
    SchemaTold as SchemaTold,
    UnsaidTold as UnsaidTold,
    Value as Value,
    WayTold as WayTold,
)
from .answer.trace import Trace as Trace, TracedHit as TracedHit
from .answer.whole.records import SHOWN as SHOWN, WholeFacts as WholeFacts, WholeRow as WholeRow
from .answer.workflow.records import Pass as Pass, Repeat as Repeat
from .calls.records import Call as Call, FieldFact as FieldFact, Fields as Fields
from .dialogue.pasted_error import PastedError as PastedError, pasted_error as pasted_error
from .doctor import Check as Check, check as check
from .doors.records import (
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
from .errors import (
    InputError as InputError,
    KeyRefusedError as KeyRefusedError,
    LibraryError as LibraryError,
    ModelError as ModelError,
    ModelFileError as ModelFileError,
    NotFoundError as NotFoundError,
    NoWorkflowError as NoWorkflowError,
    SettingsError as SettingsError,
    SpecdeckError as SpecdeckError,
    SpecError as SpecError,
    WorkerError as WorkerError,
)
from .facade import Engine as Engine
from .library.records import (
    How as How,
    Kind as Kind,
    Linked as Linked,
    OutlineRow as OutlineRow,
    SchemaRow as SchemaRow,
    SpecInfo as SpecInfo,
)
from .library.sessions import Attached as Attached, SessionInfo as SessionInfo, SessionState as SessionState
from .models.hub import Source as Source, source_of as source_of
from .models.memory import Fit as Fit, fit as fit, free as free
from .models.protocol import Message as Message, Usage as Usage
from .models.remote.scrub import Outgoing as Outgoing
from .models.shelf import ModelShelf as ModelShelf, ModelState as ModelState, ShelfEntry as ShelfEntry
from .models.tune import tune as tune
from .models.tuning import Trial as Trial, Tuning as Tuning, machine as machine
from .observe.health import (
    BreakerHealth as BreakerHealth,
    BreakerState as BreakerState,
    CacheHealth as CacheHealth,
    Health as Health,
    LibraryHealth as LibraryHealth,
    ModelHealth as ModelHealth,
    RemoteHealth as RemoteHealth,
    SpeedHealth as SpeedHealth,
    Verdict as Verdict,
    WorkerHealth as WorkerHealth,
    WorkerState as WorkerState,
    verdict as verdict,
)
from .observe.running import Running as Running
from .review.diff.report import diff_markdown as diff_markdown, diff_text as diff_text
from .review.records import Change as Change, Diff as Diff
from .search.filters.facets import Count as Count, Facet as Facet
from .search.filters.where import narrowed as narrowed
from .search.finder import Narrowed as Narrowed
from .search.records import Evidence as Evidence, Found as Found, Hit as Hit
from .secrets.redact import redact_text as redact_text
from .settings import (
    Folders as Folders,
    Settings as Settings,
    folders as folders,
    load_settings as load_settings,
    save_setting as save_setting,
)
from .specs.describe import (
    FieldRow as FieldRow,
    field_rows as field_rows,
    first_sentence as first_sentence,
    in_words as in_words,
    plain as plain,
    schema_name as schema_name,
    summary_of as summary_of,
    type_name as type_name,
)
from .specs.markup import Span as Span, TextRow as TextRow, markdown_rows as markdown_rows, text_rows as text_rows
from .specs.model import (
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
    written as written,
)
from .text import clean as clean, clean_line as clean_line

SAMPLE: pathlib.Path
