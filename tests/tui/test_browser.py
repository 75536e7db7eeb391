import msgspec
import pytest
from textual.widgets import Input, Select, Tree

from engine import Body, Content, NotFoundError, OperationView, OutlineRow, Problem
from tests.tui.conftest import ask, opened, screen_text, shows, told, until
from tests.tui.fake_engine import ABOUT, CREATE_ISSUE, GITHUB, LIBRARY, LIBRARY_OUTLINE, SCHEMAS, facts_script
from tui.app.widgets.lines import Lines
from tui.app.widgets.operation import Parts
from tui.app.widgets.outline import SHOWN, Outline
from tui.app.widgets.prompt import Prompt

SIZE = (120, 60)
REF = f"github:{CREATE_ISSUE.key}"


async def open_operation(pilot) -> Parts:
    """Open the fixed operation by filter and keys."""
    await opened(pilot)
    await pilot.press("f3", "slash", *"issues/create")
    await shows(pilot, "1 found")
    await pilot.press("down", "enter")
    await until(pilot, lambda: pilot.app.query("#browser.-open #detail"))
    await pilot.pause()
    return pilot.app.query_one(Parts)


def find(tree: Tree, name: str):
    """Return the first visible node with this name."""
    nodes = list(tree.root.children)
    for node in nodes:
        if node.data.name == name:
            return node
        nodes.extend(node.children)
    raise AssertionError(f"no {name}")


async def test_groups_are_filled_when_they_open(make):
    """The tree starts with its tags only; a tag's operations come when it is opened."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        outline = app.query_one(Outline)
        await until(pilot, lambda: outline.root.children)
        assert sum(len(group.children) for group in outline.root.children) == 0
        await pilot.press("f3", "down", "enter")
        await until(pilot, lambda: sum(len(group.children) for group in outline.root.children) > 100)
        await shows(pilot, "GET    /actions/thing-0")


async def test_the_filter_finds_every_word_in_any_order(make):
    """Words are looked for in method, path, operationId, summary and tag, and all must be there."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3", "slash", *"LOCK put issue")
        await shows(pilot, "PUT", "/issues/{issue_number}/lock", "1 found")
        await pilot.press("escape")
        await until(pilot, lambda: not app.query_one("#filter", Input).value)
        await shows(pilot, "▸ actions")


async def test_at_most_two_hundred_hits_are_shown(make):
    """A filter that fits too much shows its first hits and says how many there are."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3", "slash", *"thing")
        await shows(pilot, f"first {SHOWN} of 1,212 found")
        assert len(app.query_one(Outline).root.children) == SHOWN


async def test_nothing_found_is_said(make):
    """A filter without hits says so."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3", "slash", *"zzz")
        await shows(pilot, "Nothing found")


async def test_an_operation_is_shown_in_full(make):
    """Parameters, body, responses and security are there, and the line under the cursor is explained."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        parts = await open_operation(pilot)
        await shows(pilot, "POST /repos/{owner}/{repo}/issues", "owner          string  in path", "filter[state]")
        await shows(pilot, "application/json", "title  string  required", "201  issue  Created", "token  http bearer")
        await shows(pilot, "returns a 410 Gone status")
        parts.move_cursor(find(parts, "filter[state]"))
        await shows(pilot, "values  open, closed, all", "default  open", "Which issues to count as [open].")


async def test_the_request_is_shown_with_the_fields_and_in_the_type_that_is_chosen(make):
    """One key goes through a few fields, the required ones and all; another one through the media types of the body."""
    app, engine = make()
    form = Content(media_type="application/xml", schema=CREATE_ISSUE.body.content[0].schema)
    several = msgspec.structs.replace(CREATE_ISSUE, body=Body(content=(form, *CREATE_ISSUE.body.content)))
    engine.shown[REF] = OperationView(spec="github", about=ABOUT, operation=several)
    async with app.run_test(size=SIZE) as pilot:
        await open_operation(pilot)
        await pilot.press("f")
        await shows(pilot, "Request  a few fields  application/json", "curl", '"title": "string"')
        await pilot.press("f")
        await shows(pilot, "required fields only")
        assert "assignee" not in app.query_one("#about Lines", Lines).text
        await pilot.press("f")
        await shows(pilot, "all fields")
        assert '"labels"' in app.query_one("#about Lines", Lines).text
        await pilot.press("m")
        await shows(pilot, "all fields  application/xml")
        assert "<title>string</title>" in app.query_one("#about Lines", Lines).text
        await pilot.press("m", "f")
        await shows(pilot, "a few fields  application/json")


async def test_what_an_operation_needs_and_feeds_is_followed(make):
    """The operations that give what it takes, and take what it gives, stand below it; Enter opens one."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        parts = await open_operation(pilot)
        await shows(pilot, "Needs  by paths, names and schemas")
        parts.move_cursor(find(parts, "Feeds"))
        await shows(pilot, "Feeds")
        await pilot.press("enter")
        await shows(pilot, "PUT /repos/{owner}/{repo}/issues")
        parts.move_cursor(find(parts, "Needs"))
        await pilot.press("enter")
        await shows(pilot, "repo  ← GET /actions/thing-0  [].name", "owner  ← GET /actions/thing-1  login")
        parts.move_cursor(find(parts, "Needs").children[0])
        await shows(pilot, "GET /actions/thing-0 gives what repo")
        await pilot.press("enter")
        await until(pilot, lambda: app.query_one("#operation").view.operation.key == "GET /actions/thing-0")


async def test_references_are_read_when_they_open_and_may_be_circular(make):
    """A field that refers to a schema shows its fields when opened; one that leads back there is a link to it."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        parts = await open_operation(pilot)
        await until(pilot, lambda: find(parts, "assignee"))
        node = find(parts, "assignee")
        assert not node.children
        parts.move_cursor(node)
        await pilot.press("right")
        await until(pilot, lambda: node.children)
        circle = next(child for child in node.children if child.data.name == "followers")
        assert circle.data.type == "array of simple-user"
        parts.move_cursor(circle)
        await pilot.press("enter")
        await shows(pilot, "schema  simple-user", "github / schemas", "array of simple-user  as above")
        await pilot.press("[")
        await shows(pilot, "POST /repos/{owner}/{repo}/issues", "] forward")
        await pilot.press("alt+right")
        await shows(pilot, "schema  simple-user", "[ back")


async def test_a_reference_that_leads_nowhere_is_told(make, monkeypatch):
    """A missing schema is a message, not an end of the app."""
    monkeypatch.delitem(SCHEMAS, "/components/schemas/simple-user")
    app, _ = make()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        parts = await open_operation(pilot)
        await until(pilot, lambda: find(parts, "assignee"))
        parts.move_cursor(find(parts, "assignee"))
        await pilot.press("enter")
        await shows(pilot, "/components/schemas/simple-user is not in github")


async def test_an_operation_that_is_gone_is_told(make):
    """Opening what is not in the library any more is a message."""
    app, engine = make()
    engine.fails["show"] = NotFoundError("POST /x is not in the library")
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await opened(pilot)
        app._browser.open_entry("github:POST /x")
        await shows(pilot, "POST /x is not in the library")


async def test_asking_about_an_operation_puts_a_question_into_the_line(make):
    """`a` goes to the chat with a question about the operation."""
    app, _ = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_operation(pilot)
        await pilot.press("a")
        await pilot.pause()
        assert app.query_one(Prompt).text == f"How do I use {CREATE_ISSUE.key}?"
        assert app.focused is app.query_one(Prompt)
        assert app.query_one("#chat").display


async def test_escape_goes_back_to_the_list(make):
    """Escape closes the operation; on a small terminal the list is back."""
    app, _ = make()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_operation(pilot)
        assert not app.query_one(Outline).display
        await pilot.press("escape")
        await pilot.pause()
        assert app.query_one(Outline).display
        assert app.focused is app.query_one(Outline)


async def test_another_spec_can_be_chosen(make):
    """With several specs there is a selector, and `s` opens it."""
    app, _ = make([GITHUB, LIBRARY])
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3", "s", "down", "enter")
        await shows(pilot, "▸ books", "▸ loans")


async def test_a_spec_is_found_by_typing_its_name(make):
    """In the open selector letters go to the name that has them; there is no entry without a name."""
    app, _ = make([GITHUB, LIBRARY])
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3", "s", *"lib", "enter")
        await shows(pilot, "▸ books", "▸ loans")
        assert app.query_one("#spec", Select).value == "library"
        await pilot.press("s", *["up"] * 3, "enter")
        await until(pilot, lambda: app.query_one("#spec", Select).value == app._browser.spec)


async def test_a_spec_that_another_program_removes_is_gone(make):
    """The selector and the tree follow the library when the pane gets the keys: no name stands over another's tree."""
    app, engine = make([GITHUB, LIBRARY])
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        await shows(pilot, "▸ actions")
        engine.infos.remove(GITHUB)
        await pilot.press("f2", "f3")
        await shows(pilot, "▸ books")
        await until(pilot, lambda: not app.query("#spec"))
        engine.infos.append(GITHUB)
        await pilot.press("f2", "f3")
        await until(pilot, lambda: app.query("#spec"))
        assert app.query_one("#spec", Select).value == app._browser.spec == "library"
        engine.infos.clear()
        await pilot.press("f2", "f3")
        await until(pilot, lambda: not app.query_one(Outline).root.children)
        assert not app.query("#spec")


async def test_choosing_a_spec_that_is_gone_is_told_and_put_right(make):
    """What was removed while the selector was open is a message, and the name is that of the tree again."""
    app, engine = make([GITHUB, LIBRARY])
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await opened(pilot)
        await pilot.press("f3", "s")
        engine.infos.remove(LIBRARY)
        await pilot.press("down", "enter")
        await shows(pilot, "'library' is not in the library", "▸ actions")
        await until(pilot, lambda: not app.query("#spec") and app._browser.spec == "github")


async def test_a_spec_that_another_program_added_can_be_opened(make):
    """A hit in a spec that the selector does not know yet is shown, under its name."""
    app, engine = make([GITHUB])
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        engine.infos.append(LIBRARY)
        app._browser.open_entry("library:POST /loans")
        await shows(pilot, "▸ books", "Lend a book")
        assert app.query_one("#spec", Select).value == "library"


@pytest.mark.parametrize("typed", ["", "pulls", "GET"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_opened_is_in_view_in_the_tree(make, size, typed):
    """The tree has its cursor, on the screen, on an operation that was opened from elsewhere, whatever it showed."""
    app, _ = make([LIBRARY, GITHUB])
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await pilot.press("f3", "slash", *typed)
        app._browser.open_entry("github:GET /users/thing-1209")
        await until(pilot, lambda: app.query("#browser.-open #detail"))
        await pilot.press("escape")
        outline = app.query_one(Outline)
        await until(pilot, lambda: outline.cursor_node and getattr(outline.cursor_node.data, "operation", ""))
        await shows(pilot, "/users/thing-1209")
        assert outline.cursor_node.data.operation == "GET /users/thing-1209"


async def test_one_spec_needs_no_selector(make):
    """With a single spec no selector takes room, and its key does nothing."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3", "s")
        assert not app.query("#spec")


async def test_a_citation_of_another_spec_changes_the_spec(make):
    """Opening an operation of a spec that is not shown shows that spec."""
    app, _ = make([GITHUB, LIBRARY])
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        app._browser.open_entry("library:POST /loans")
        await shows(pilot, "▸ books", "Lend a book")


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_a_long_path_keeps_its_end(make, size):
    """A path that does not fit loses its beginning, at a slash."""
    long = "/repos/{owner}/{repo}/actions/runners/registration/tokens/of/all/organizations/lock"
    app, engine = make()
    engine.rows["github"] = [
        OutlineRow(tag="a", operation=f"GET {long}", operation_id="", summary="", deprecated=False)
    ]
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await pilot.press("f3", "down")
        await until(pilot, lambda: "/of/all/organizations/lock" in screen_text(pilot))
        assert "GET    …/" in screen_text(pilot)


async def test_a_tree_is_walked_with_left_and_right(make):
    """Right opens a line and goes into it, left goes out and closes it; g and G are the ends."""
    app, _ = make([LIBRARY])
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        outline = app.query_one(Outline)
        await shows(pilot, "▸ books")
        await pilot.press("f3", "g", "l")
        await until(pilot, lambda: outline.root.children[0].is_expanded and outline.root.children[0].children)
        await pilot.press("right")
        assert outline.about == LIBRARY_OUTLINE[0]
        await pilot.press("h", "left")
        await until(pilot, lambda: not outline.root.children[0].is_expanded)
        assert outline.cursor_node is outline.root.children[0]
        await pilot.press("G")
        assert outline.cursor_node is outline.root.children[-1]
        await pilot.press("g")
        assert outline.cursor_line == 0


async def test_the_request_is_copied(make, tmp_path):
    """`c` copies the request of the line under the cursor, and of what is open as it is shown."""
    app, engine = make([LIBRARY])
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await shows(pilot, "▸ books")
        await pilot.press("f3", "g", "l")
        await shows(pilot, "GET    /books")
        await pilot.press("l", "c")
        await until(pilot, lambda: "curl" in app.clipboard and "/books" in app.clipboard)
        app._browser.open_entry("library:POST /loans")
        await until(pilot, lambda: app.query("#browser.-open #detail"))
        await pilot.press("y")
        await until(pilot, lambda: "/loans" in app.clipboard)
        facts = await engine.facts(await engine.show("library:POST /loans"))
        assert app.clipboard == facts.request


async def test_escape_leads_back_to_the_chat_that_opened_it(make):
    """An operation that a citation opened is left for the chat, the cursor where it was; then Escape closes it."""
    app, _ = make(script=facts_script())
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await ask(pilot)
        await until(pilot, lambda: app.query("OperationCard") and not app._chat._exchange.stage)
        card = app.query("OperationCard").first()
        card.focus()
        await pilot.press("enter")
        await until(pilot, lambda: app.query("#browser.-active.-open #detail"))
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is card and app.query("#chat.-active"))
        await pilot.press("f3", "escape")
        await until(pilot, lambda: app.focused is app.query_one(Outline))


@pytest.mark.parametrize(("typed", "found"), [("isues lok", "taken as issues"), ("get-authenticated", "/user")])
async def test_the_filter_looks_past_a_slip(make, typed, found):
    """A word that nothing has is taken for the nearest one, which is said."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        await shows(pilot, "▸ activity")
        await pilot.press("f3", "slash")
        app.query_one("#filter", Input).value = typed
        await shows(pilot, found)


async def test_enter_in_the_filter_searches_by_meaning(make):
    """The words go on to the search, in the spec that is shown."""
    app, _ = make([GITHUB, LIBRARY])
    async with app.run_test(size=SIZE) as pilot:
        await shows(pilot, "▸ activity")
        await pilot.press("f3", "slash", *"lend", "enter")
        await shows(pilot, "Find in github", "Nothing found")
        assert app.screen.query_one("#query", Input).value == "lend"


async def test_schemas_are_browsed(make):
    """The schemas of a document are a group, which shows their fields when one is opened."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await shows(pilot, "▸ schemas  3")
        await pilot.press("f3", "G", "l")
        await shows(pilot, "├ basic-error", "└ simple-user")
        await pilot.press("l", "enter")
        await shows(pilot, "schema  basic-error", "documentation_url  string")
        await pilot.press("a")
        assert app.query_one(Prompt).text == "What is in the schema basic-error?"


@pytest.mark.parametrize("size", [(100, 30), (120, 24)])
async def test_two_panes_fit(make, size):
    """Specs and chat stand side by side from 100 columns on; F4 shows the health figures in their place."""
    app, _ = make()
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await shows(pilot, "▸ activity", "Ask in your own words", "F4 Health")
        await pilot.press("f4")
        await until(pilot, lambda: "tokens/s" in screen_text(pilot) and "activity" not in screen_text(pilot))
        await pilot.press("f3")
        await shows(pilot, "▸ activity", "Ask in your own words")


async def test_what_is_read_takes_half_of_a_wide_terminal(make):
    """At 160 columns an operation has at least half, and the chat the rest."""
    app, _ = make()
    async with app.run_test(size=(160, 48)) as pilot:
        await open_operation(pilot)
        assert app.query_one("#browser").outer_size.width >= 80
        assert app.query_one("#chat").outer_size.width >= 70
        await pilot.press("escape")
        await until(pilot, lambda: app.query_one("#browser").outer_size.width < 60)


async def test_a_problem_leads_to_its_place(make):
    """Enter on a problem opens the operation in which it is; of what was not read at all this is said."""
    app, engine = make([LIBRARY])
    engine.problems = (
        Problem(pointer="/paths/~1loans/post/responses", message="is no object", line=12),
        Problem(pointer="/paths/~1gone", message="is no object", line=40),
    )
    engine.places["/paths/~1loans/post/responses"] = "library:POST /loans"
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("f3")
        await shows(pilot, "2 problems")
        await pilot.press("p", "j", "enter")
        await until(pilot, lambda: "Nothing of this place was read: line 40" in told(pilot))
        await pilot.press("p", "enter")
        await shows(pilot, "POST /loans", "Lend a book")
