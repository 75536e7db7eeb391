import msgspec
import pytest
from textual.widgets import Input, Select, Tree

from engine import Body, Content, NotFoundError, OperationView, OutlineRow
from tests.tui.conftest import opened, screen_text, shows, until
from tests.tui.fake_engine import ABOUT, CREATE_ISSUE, GITHUB, LIBRARY, SCHEMAS
from tui.app.widgets.lines import Lines
from tui.app.widgets.operation import Parts
from tui.app.widgets.outline import SHOWN, Outline
from tui.app.widgets.prompt import Prompt

SIZE = (120, 60)
REF = f"github:{CREATE_ISSUE.key}"


async def open_operation(pilot) -> Parts:
    """Open the fixed operation by filter and keys."""
    await opened(pilot)
    await pilot.press("f3", "slash", *"issues/create", "enter", "enter")
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
        await shows(pilot, f"first {SHOWN} of 1212 found")
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
        await shows(pilot, "POST /repos/{owner}/{repo}/issues", "owner  string  in path, required", "filter[state]")
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
    """A field that refers to a schema shows its fields when opened, again and again in a circle."""
    app, _ = make()
    async with app.run_test(size=SIZE) as pilot:
        parts = await open_operation(pilot)
        await until(pilot, lambda: find(parts, "assignee"))
        node = find(parts, "assignee")
        for _ in range(3):
            assert not node.children
            parts.move_cursor(node)
            await pilot.press("enter")
            await until(pilot, lambda node=node: node.children)
            node = next(child for child in node.children if child.data.name == "followers")
        assert node.data.type == "array of simple-user"


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
