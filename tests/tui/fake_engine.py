"""An engine with fixed data that does what a test tells it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from engine import (
    About,
    Added,
    Adding,
    Answer,
    Body,
    BreakerHealth,
    BreakerState,
    CacheHealth,
    Call,
    Content,
    Done,
    Engine,
    Event,
    Facet,
    Facts,
    FactsReady,
    FieldFact,
    Fields,
    Found,
    Grant,
    Health,
    How,
    Intent,
    LibraryHealth,
    Linked,
    Listed,
    Message,
    ModelHealth,
    Narrowed,
    NotFoundError,
    Notice,
    Operation,
    OperationFacts,
    OperationView,
    Outgoing,
    OutlineRow,
    Overview,
    Parameter,
    PassageView,
    Problem,
    Progress,
    Prose,
    Refused,
    RemoteHealth,
    Response,
    ResponseFact,
    RungName,
    Schema,
    SchemaRow,
    SchemaView,
    SecurityScheme,
    Segment,
    SegmentKind,
    Server,
    Settings,
    SpecdeckError,
    SpecInfo,
    SpeedHealth,
    Stage,
    Tag,
    Usage,
    WorkerHealth,
    WorkerState,
    folders,
)
from engine.answer.context import NOTHING, Context
from engine.answer.facts import operation_facts
from engine.answer.ladder import Agree, agreed
from engine.calls.source import Source
from tests.tui.fake_sessions import FakeSessions

USAGE = Usage(prompt_tokens=286, tokens=47, prefill_ms=830.0, tokens_per_s=18.3, finish="stop")

Step = Event | asyncio.Event | SpecdeckError | Outgoing
"""One step of a scripted answer: an event to give, a gate to wait at, an error to raise, or what would be sent, which
the user is asked about: after a no the answer ends with the facts."""

EXAMPLES = ("How do I create an issue?", "How do I lock an issue?", "How do I list pull requests?")


class FakeEngine(Engine):
    """Gives fixed data and scripted answers.

    Attributes:
        script: What each question is answered with.
        asked: The questions so far.
        rungs: Who alone was to write each of them.
        scopes: The only spec that each of them was for.
        previous: The facts that the last question came with.
        anew: Of each question, whether it was to be answered anew.
        closed: How many answers were closed or ran to their end.
        overlays: What was to change what was added last.
        adding: What adding gives, with gates to wait at.
        problems: What could not be read of each spec.
        shown: Reference → what it shows, besides the operations of the outlines.
        places: JSON pointer into a document → reference of what is there.
        gate: When set by the test, opening the engine waits for it.
        fails: Method name → error that it raises.
    """

    def __init__(self, specs: Iterable[SpecInfo] = (), script: Iterable[Step] = ()) -> None:
        super().__init__(folders(), Settings())
        self.library = self.questions = self.models = self.review = self.health = self  # it is each of its doors
        self.sessions = FakeSessions()
        self.upgraded = 0
        self.infos = list(specs)
        self.script = list(script)
        self.asked: list[str] = []
        self.rungs: list[RungName | None] = []
        self.scopes: list[str | None] = []
        self.intents: list[Intent | None] = []
        self.previous: tuple[Facts, ...] = ()
        self.context = NOTHING
        self.anew: list[bool] = []
        self.added: list[Path | bytes | str] = []
        self.overlays: list[Path | bytes | str] = []
        self.adding: list[Adding | asyncio.Event] = [Listed(1), Added(info=LIBRARY, changed=True)]
        self.problems: tuple[Problem, ...] = ()
        self.shown: dict[str, OperationView | PassageView] = {}
        self.places: dict[str, str] = {}
        self.closed = 0
        self.opened = False
        self.warmed = False
        self.log: list[str] = []
        self.polls = 0
        self.gate: asyncio.Event | None = None
        self.fails: dict[str, SpecdeckError] = {}
        self.progress: list[Progress] = []
        self.embed_gate: asyncio.Event | None = None
        self.embeds = 0
        self.rows = {"github": outline(), "library": LIBRARY_OUTLINE}
        self.parts = dict(SCHEMAS)
        self.figures = HEALTH

    async def __aenter__(self) -> Engine:
        if self.gate is not None:
            await self.gate.wait()
        self._fail("open")
        self.opened = True
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.opened = False
        self.log.append("engine closed")

    def _fail(self, what: str) -> None:
        if what in self.fails:
            raise self.fails[what]

    async def add_all(
        self,
        sources: Sequence[Path | bytes | str],
        *,
        name: str | None = None,
        network: bool = False,
        overlays: Sequence[Path | bytes | str] = (),
    ) -> AsyncGenerator[Adding, None]:
        self.added += sources
        self.overlays = list(overlays)
        if "add" in self.fails:
            yield Listed(1)
            yield Refused(str(sources[0]), self.fails["add"])
            return
        for step in self.adding:
            if isinstance(step, asyncio.Event):
                await step.wait()
                continue
            if isinstance(step, Added):
                self.infos.append(step.info)
            yield step

    async def embed(self, on_progress: Callable[[Progress], None] | None = None) -> int:
        self.embeds += 1
        self._fail("embed")
        for progress in self.progress:
            if on_progress:
                on_progress(progress)
        if self.embed_gate is not None:
            try:
                await self.embed_gate.wait()
            finally:
                self.log.append("embedding closed")
        return 0

    async def specs(self) -> list[SpecInfo]:
        return list(self.infos)

    async def overview(self, name: str) -> Overview:
        info = next((info for info in self.infos if info.name == name), None)
        if info is None:
            raise NotFoundError(f"{name!r} is not in the library")
        return Overview(info=info, about=ABOUT, operations=tuple(self.rows[name]), problems=self.problems)

    async def schemas(self, spec: str) -> list[SchemaRow]:
        within = {"github": "/components/schemas/", "shop": "/types/"}.get(spec, "/schemas/")
        return [SchemaRow(one.removeprefix(within), one) for one in sorted(self.parts) if one.startswith(within)]

    async def narrow(self, spec: str, query: str, n: int) -> Narrowed:
        from engine.search.finder import Finder

        return Finder([*self.rows[spec], *await self.schemas(spec)], {}).narrow(query, n)

    async def standing_at(self, spec: str, pointer: str) -> str:
        return self.places.get(pointer, "")

    async def show(self, ref: str, *, depth: int = 0) -> OperationView | PassageView | SchemaView:
        self._fail("show")
        if ref in self.shown:
            return self.shown[ref]
        spec, _, key = ref.partition(":")
        if spec not in [info.name for info in self.infos]:
            raise NotFoundError(f"{spec!r} is not in the library")
        if key in self.parts:
            return SchemaView(spec=spec, pointer=key, schema=self.parts[key], referred={})
        if key == CREATE_ISSUE.key:
            return OperationView(spec="github", about=ABOUT, operation=CREATE_ISSUE, needs=NEEDS, feeds=FEEDS, fed=1)
        row = next(row for row in self.rows[spec] if row.operation == key)
        method, _, path = key.partition(" ")
        operation = Operation(method=method, path=path, pointer="", summary=row.summary, tags=(row.tag,))
        return OperationView(spec=spec, about=ABOUT, operation=operation)

    async def facts(
        self, view: OperationView, fields: Fields = "few", media_type: str = "", depth: int | None = None
    ) -> OperationFacts:
        source = Source(
            spec=view.spec, about=view.about, operation=view.operation, resolve=self.parts.__getitem__, example=str
        )
        return operation_facts(source, 1, fields, media_type)

    async def schema(self, spec: str, pointer: str) -> Schema:
        if pointer not in self.parts:
            raise NotFoundError(f"{pointer} is not in {spec}")
        return self.parts[pointer]

    async def search(
        self, query: str, *, n: int = 10, spec: str | None = None, meaning: bool = True, where: str = ""
    ) -> Found:
        return Found(query=query, hits=(), mode="words", ms=1.0)

    async def stream(
        self, query: str, *, n: int = 10, spec: str | None = None, where: str = ""
    ) -> AsyncIterator[Found]:
        yield await self.search(query, n=n, spec=spec, meaning=False, where=where)
        yield await self.search(query, n=n, spec=spec, where=where)

    async def facets(self, query: str = "", *, spec: str | None = None, where: str = "") -> tuple[Facet, ...]:
        return ()

    async def examples(self, n: int) -> tuple[str, ...]:
        return EXAMPLES[:n] if self.infos else ()

    async def ask(
        self,
        question: str,
        *,
        spec: str | None = None,
        rung: RungName | None = None,
        context: Context = NOTHING,
        agree: Agree = agreed,
        anew: bool = False,
        prose: bool = False,
        intent: Intent | None = None,
        media_type: str = "",
    ) -> AsyncIterator[Event]:
        self.asked.append(question)
        self.intents.append(intent)
        self.rungs.append(rung)
        self.scopes.append(spec)
        self.previous = context.previous
        self.context = context
        self.anew.append(anew)
        try:
            for step in self.script:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, SpecdeckError):
                    raise step
                elif not isinstance(step, Outgoing):
                    yield step
                elif not await agree(step):
                    yield Notice(text=f"Nothing was sent to {step.host}")
                    yield done(segments=())
                    return
        finally:
            self.closed += 1
            self.log.append("answer closed")

    async def warm(self) -> None:
        self.warmed = True

    async def check_remote(self) -> None:
        self._fail("remote")

    async def allow_remote(self, *, allowed: bool) -> None:
        self._fail("setting")
        self.figures = msgspec.structs.replace(
            self.figures, remote=msgspec.structs.replace(self.figures.remote, enabled=allowed)
        )

    async def now(self) -> Health:
        self.polls += 1
        self._fail("health")
        return self.figures


# Data ----------------------------------------------------------------------------------------------------------------

GITHUB = SpecInfo(
    name="github", title="GitHub v3 REST API", version="1.1.4", format="openapi-3.0", source="api.github.com.json",
    operations=1223, schemas=950, embedded=1223, bytes=11_900_000, added="2026-01-31T09:00:00Z",
)  # fmt: skip
NEEDS = (
    Linked(operation="GET /actions/thing-0", needs="repo", gives="[].name", weight=0.9, how=How.PATH),
    Linked(operation="GET /actions/thing-1", needs="owner", gives="login", weight=0.4, how=How.NAME),
)
FEEDS = (
    Linked(
        operation="PUT /repos/{owner}/{repo}/issues/{issue_number}/lock",
        needs="issue_number",
        gives="number",
        weight=1.0,
        how=How.LINK,
    ),
)
LIBRARY = SpecInfo(
    name="library", title="Town Library", version="1.0.0", format="openapi-3.1", source="town-library.yaml",
    operations=2, embedded=2, bytes=21_000, added="2026-01-31T09:00:00Z",
)  # fmt: skip
ISSUES = "/repos/{owner}/{repo}/issues"
_NAMED = (
    ("issues", f"GET {ISSUES}", "issues/list-for-repo", "List repository issues"),
    ("issues", f"POST {ISSUES}", "issues/create", "Create an issue"),
    ("issues", f"GET {ISSUES}/{{issue_number}}", "issues/get", "Get an issue"),
    ("issues", f"PATCH {ISSUES}/{{issue_number}}", "issues/update", "Update an issue"),
    ("issues", f"PUT {ISSUES}/{{issue_number}}/lock", "issues/lock", "Lock an issue"),
    ("issues", f"DELETE {ISSUES}/{{issue_number}}/lock", "issues/unlock", "Unlock an issue"),
    ("issues", f"POST {ISSUES}/{{issue_number}}/labels", "issues/add-labels", "Add labels to an issue"),
    ("pulls", "GET /repos/{owner}/{repo}/pulls", "pulls/list", "List pull requests"),
    ("pulls", "POST /repos/{owner}/{repo}/pulls", "pulls/create", "Create a pull request"),
    ("users", "GET /users/{username}", "users/get-by-username", "Get a user"),
    ("users", "GET /user", "users/get-authenticated", "Get the authenticated user"),
)
_TAGS = ("actions", "activity", "apps", "checks", "code-scanning", "gists", "issues", "orgs", "pulls", "repos", "users")


def outline(total: int = 1223) -> list[OutlineRow]:
    """Return as many rows as GitHub's specification has, some with real names."""
    rows = [
        OutlineRow(tag=tag, operation=key, operation_id=name, summary=summary, deprecated=False)
        for tag, key, name, summary in _NAMED
    ]
    for number in range(total - len(rows)):
        tag = _TAGS[number % len(_TAGS)]
        rows.append(
            OutlineRow(
                tag=tag,
                operation=f"GET /{tag}/thing-{number}",
                operation_id=f"{tag}/thing-{number}",
                summary=f"Read thing {number}",
                deprecated=number % 97 == 0,
            )
        )
    return sorted(rows, key=lambda row: row.tag)


LIBRARY_OUTLINE = [
    OutlineRow(tag="books", operation="GET /books", operation_id="listBooks", summary="List books", deprecated=False),
    OutlineRow(tag="loans", operation="POST /loans", operation_id="lend", summary="Lend a book", deprecated=False),
]
ABOUT = About(
    title="GitHub v3 REST API", version="1.1.4", format="openapi-3.0",
    servers=(Server(url="https://api.github.com"),), tags=(Tag(name="issues"),),
    security_schemes=(SecurityScheme(name="token", type="http", scheme="bearer", description="A personal token."),),
)  # fmt: skip
_STRING = Schema(type="string")
_USER = "/components/schemas/simple-user"
SCHEMAS = {
    _USER: Schema(
        type="object", description="A GitHub user.", required=("login", "id"),
        properties={
            "login": _STRING,
            "id": Schema(type="integer", format="int64"),
            "followers": Schema(type="array", items=Schema(ref=_USER)),
        },
    ),
    "/components/schemas/issue": Schema(
        type="object", title="Issue", required=("id", "title", "user"),
        properties={
            "id": Schema(type="integer", format="int64"),
            "title": Schema(type="string", description="Title of the issue", example="It crashes"),
            "state": Schema(type="string", enum=("open", "closed"), default="open", description="Open or closed."),
            "user": Schema(ref=_USER),
        },
    ),
    "/components/schemas/basic-error": Schema(
        type="object", properties={"message": _STRING, "documentation_url": _STRING}
    ),
}  # fmt: skip
_ERROR = Content(media_type="application/json", schema=Schema(ref="/components/schemas/basic-error"))
CREATE_ISSUE = Operation(
    method="POST", path=ISSUES, pointer="/paths/~1repos~1{owner}~1{repo}~1issues/post", operation_id="issues/create",
    summary="Create an issue", tags=("issues",),
    description="Any user with pull access to a repository can create an issue. If issues are disabled in the "
    "repository, the API returns a `410 Gone` status.\n\nThis endpoint triggers notifications.",
    parameters=(
        Parameter(name="owner", location="path", required=True, schema=_STRING,
                  description="The account owner of the repository. The name is not case sensitive."),
        Parameter(name="repo", location="path", required=True, schema=_STRING, description="The repository's name."),
        Parameter(name="filter[state]", location="query",
                  schema=Schema(type="string", enum=("open", "closed", "all"), default="open"),
                  description="Which issues to count as [open]."),
    ),
    body=Body(required=True, content=(Content(media_type="application/json", schema=Schema(
        type="object", required=("title",), properties={
            "title": Schema(type="string", description="The title of the issue.", limits={"maxLength": 256}),
            "body": Schema(type="string", description="The contents of the issue."),
            "assignee": Schema(ref=_USER),
            "labels": Schema(type="array", items=_STRING, description="Labels to put on the issue."),
        },
    )),)),
    responses=(
        Response(status="201", description="Created", content=(
            Content(media_type="application/json", schema=Schema(ref="/components/schemas/issue")),)),
        Response(status="403", description="Forbidden", content=(_ERROR,)),
        Response(status="410", description="Gone", content=(_ERROR,)),
    ),
    security=((Grant(scheme="token", scopes=("repo",)),),),
)  # fmt: skip
FIRST = OperationFacts(
    citation=1, spec="github", operation=f"POST {ISSUES}", operation_id="issues/create", summary="Create an issue",
    pointer=CREATE_ISSUE.pointer, deprecated=False,
    needs=(
        FieldFact(name="owner", location="path", type="string", required=True,
                  description="The account owner of the repository."),
        FieldFact(name="repo", location="path", type="string", required=True,
                  description="The name of the repository without the .git extension."),
        FieldFact(name="title", location="body", type="string", required=True, description="The title of the issue."),
    ),
    accepts=tuple(
        FieldFact(name=name, location="body", type="string", required=False)
        for name in ("body", "assignee", "milestone", "labels", "assignees", "type", "filter[state]")
    ),
    auth=("A bearer token in the Authorization header.",), scopes=("repo",),
    returns=ResponseFact(status="201", description="Created", type="issue"),
    errors=(
        ResponseFact(status="403", description="Forbidden", type="basic-error"),
        ResponseFact(status="410", description="Gone", type="basic-error"),
        ResponseFact(status="422", description="Validation failed", type="validation-error"),
    ),
    call=Call(
        transport="http", method="POST", url="https://api.github.com/repos/OWNER/REPO/issues",
        path={"owner": "OWNER", "repo": "REPO"},
        headers={"Authorization": "Bearer TOKEN", "Content-Type": "application/json"},
        body={"title": "TITLE"}, body_kind="json",
        sources=dict.fromkeys(("owner", "repo", "Authorization", "title"), "placeholder"),
    ),
    request="curl -X POST 'https://api.github.com/repos/OWNER/REPO/issues' \\\n  -H 'Authorization: Bearer TOKEN' \\\n"
    "  -H 'Content-Type: application/json' \\\n  -d '{\"title\": \"TITLE\"}'",
)  # fmt: skip
SECOND = OperationFacts(
    citation=2, spec="github", operation=f"POST {ISSUES}/{{issue_number}}/labels", operation_id="issues/add-labels",
    summary="Add labels to an issue", pointer="", deprecated=False,
    needs=(FieldFact(name="issue_number", location="path", type="integer", required=True,
                     description="The number that identifies the issue."),),
    accepts=(FieldFact(name="labels", location="body", type="array of string", required=False),),
    auth=("A bearer token in the Authorization header.",), scopes=(),
    returns=ResponseFact(status="200", description="Response", type="array of label"), errors=(),
    call=Call(
        transport="http", method="POST", url="https://api.github.com/repos/OWNER/REPO/issues/1/labels",
        path={"owner": "OWNER", "repo": "REPO", "issue_number": "1"}, headers={"Authorization": "Bearer TOKEN"},
        sources={"owner": "placeholder", "repo": "placeholder", "issue_number": "example",
                 "Authorization": "placeholder"},
    ),
    request="curl -X POST 'https://api.github.com/repos/OWNER/REPO/issues/1/labels' \\\n"
    "  -H 'Authorization: Bearer TOKEN'",
)  # fmt: skip
QUESTION = "How do I create an issue with a label?"
FACTS = Facts(question=QUESTION, intent="do", operations=(FIRST, SECOND), search="words and meaning")
SEGMENTS = (
    Segment(text="To create an issue, call "),
    Segment(text=f"`POST {ISSUES}`", kind=SegmentKind.VERIFIED, citation=1, ref=FIRST.ref),
    Segment(text=" with a "),
    Segment(text="`title`", kind=SegmentKind.VERIFIED),
    Segment(text=". The "),
    Segment(text="`priority`", kind=SegmentKind.UNVERIFIED),
    Segment(text=" field sets how urgent it is.\n\n1. Create the issue.\n2. Add a label to it with "),
    Segment(text="`issues/add-labels`", kind=SegmentKind.VERIFIED, citation=2, ref=SECOND.ref),
    Segment(text=".\n\n```\n{\"title\": \"It crashes\"}\n```\n"),
)  # fmt: skip


def done(
    facts: Facts = FACTS, segments: tuple[Segment, ...] = SEGMENTS, *, folded: bool = False, notice: str = ""
) -> Done:
    """Return the end of an answer that consists of these parts."""
    return Done(
        answer=Answer(
            question=facts.question, intent=facts.intent, rung="local" if segments else "facts",
            model="smollm2-135m-instruct" if segments else "", facts=facts,
            prose="".join(segment.marked for segment in segments), folded=folded,
            citations={str(segment.citation): segment.ref for segment in segments if segment.ref},
            unverified=tuple(s.text for s in segments if s.kind is SegmentKind.UNVERIFIED), notice=notice,
            timings_ms={"search": 12, "first_token": 830, "total": 9100} if segments else {},
            usage=USAGE if segments else None,
        )
    )  # fmt: skip


def full_script() -> list[Step]:
    """Return the events of an ordinary answer."""
    return [
        Stage(name="searching"), FactsReady(facts=FACTS), Stage(name="reading the prompt"), Stage(name="writing"),
        *(Prose(segments=(segment,)) for segment in SEGMENTS), done(),
    ]  # fmt: skip


def facts_script() -> list[Step]:
    """Return the events of an answer without a model."""
    return [
        Stage(name="searching"), FactsReady(facts=FACTS),
        Notice(text="There is no chat model", hint="Get one with `specdeck models pull`"), done(segments=()),
    ]  # fmt: skip


OUTGOING = Outgoing(
    host="api.groq.com", model="openai/gpt-oss-20b", taken_out=1,
    messages=(
        Message("system", "You put notes about an API operation into one or two plain sentences for a developer."),
        Message("user", f"Create an issue: call POST {ISSUES}. It needs title in the body.\n[token=REDACTED]"),
    ),
)  # fmt: skip
HEALTH = Health(
    worker=WorkerHealth(state=WorkerState.READY, pid=4312, restarts=1, memory_mb=310.2),
    models=(
        ModelHealth(name="smollm2-135m-instruct", role="chat", installed=True, loaded=True),
        ModelHealth(name="all-minilm-l6-v2", role="embedding", installed=True, loaded=True),
    ),
    breakers=(
        BreakerHealth(name="local", state=BreakerState.OPEN, retry_s=42.0, cause="The model wrote nothing for 60 s"),
        BreakerHealth(name="embedding"), BreakerHealth(name="remote"),
    ),
    remote=RemoteHealth(host="api.groq.com", model="openai/gpt-oss-20b"),
    speed=SpeedHealth(
        tokens_per_s=(12.0, 14.5, float("nan"), 16.0, 15.2, 18.3), first_token_ms=(2100, 1200, 900, 830),
        search_ms=(10, 11, 12, 9, 34, 12),
    ),
    caches=(
        CacheHealth(name="embeddings", entries=3, bytes=5_000, hits=14, misses=3, oldest_s=310.0),
        CacheHealth(name="on disk", entries=9_216, bytes=15_000_000, hits=2, misses=1, evictions=31, oldest_s=90_000.0),
        CacheHealth(name="answers", entries=2, bytes=1_900, hits=1, misses=2, oldest_s=42.0),
        CacheHealth(name="similar", entries=2, bytes=2_300, misses=2, evictions=1, oldest_s=42.0),
    ),
    library=LibraryHealth(specs=1, entries=1223, embedded=1223), memory_mb=92.4,
)  # fmt: skip
