"""The browser with documents of every kind."""

import pytest

from engine import Problem
from tests.tui.conftest import Clock, opened, screen_text, shows, until
from tests.tui.documents import CHARGE, GUIDE, LABELS, PAID, PAY, PRODUCT, RPC, SHOP, SHOP_PROBLEMS, engine_of
from tests.tui.fake_engine import GITHUB, FakeEngine
from tests.tui.test_browser import find
from tui.app.app import SpecdeckApp
from tui.app.screens.problems import ProblemsScreen
from tui.app.widgets.operation import Parts
from tui.app.widgets.outline import Outline
from tui.app.widgets.prompt import Prompt
from tui.app.widgets.quote import PassageDetail

SIZE = (99, 70)
"""One pane over the whole width, and room for all rows."""


def app_of(engine: FakeEngine) -> SpecdeckApp:
    """Return an app around an engine."""
    return SpecdeckApp(engine, clock=Clock())


async def open_entry(pilot, ref: str, *texts: str) -> Parts:
    """Open an entry and wait until it is shown."""
    await opened(pilot)
    await pilot.press("f3")
    pilot.app._browser.open_entry(ref)
    await until(pilot, lambda: pilot.app.query("#browser.-open #detail"))
    await shows(pilot, *texts)
    return pilot.app.query_one(Parts)


async def expand(pilot, parts: Parts, name: str, *texts: str):
    """Open a line of the tree and wait for what is inside."""
    node = find(parts, name)
    parts.move_cursor(node)
    await pilot.press("enter")
    await until(pilot, lambda: node.children)
    await shows(pilot, *texts)


async def test_operations_of_graphql_stand_under_their_kind(make):
    """The tree of a GraphQL schema has queries, mutations and subscriptions, each with its badge."""
    app = app_of(engine_of(SHOP))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        await shows(pilot, "▸ Query  2", "▸ Mutation  1", "4 operations · 9 schemas")
        await pilot.press("f3", "slash", *"order")
        await shows(pilot, "Mutation     placeOrder", "1 found")
        await pilot.press(*["backspace"] * 5, *"price")
        await shows(pilot, "Subscription priceChanged")


async def test_an_operation_of_graphql_shows_arguments_and_what_it_returns(make):
    """Arguments, the returned type with its fields, deprecation reasons and the arguments of fields can be read."""
    app = app_of(engine_of(SHOP))
    async with app.run_test(size=SIZE) as pilot:
        parts = await open_entry(pilot, f"shop:{PRODUCT.key}", "Query.product", "Arguments  2", "Returns  Product")
        await shows(pilot, "id  string (id)  required", "sku  string  deprecated", "price  number  deprecated")
        parts.move_cursor(find(parts, "sku"))
        await shows(pilot, "deprecated  Use `id`.")
        parts.move_cursor(find(parts, "price"))
        await shows(pilot, "deprecated  Use `offers`.")
        await expand(pilot, parts, "price", "Arguments  1")
        await pilot.press("down", "enter")
        await shows(pilot, "currency  string")


async def test_types_of_graphql_are_told_in_words(make):
    """Values of enums have their descriptions, unions say what tells their members apart, interfaces who has them."""
    app = app_of(engine_of(SHOP))
    async with app.run_test(size=SIZE) as pilot:
        parts = await open_entry(pilot, f"shop:{PRODUCT.key}", "Returns  Product", "state  State", "implements  Node")
        await expand(pilot, parts, "state", "IN_STOCK", "GONE  deprecated", "SOON")
        parts.move_cursor(find(parts, "GONE"))
        await shows(pilot, "It was sold.", "Ask `sold` instead.")
        await expand(pilot, parts, "owner", "one of 1  Product  if __typename is Product")
        await expand(pilot, parts, "implements", "implemented by  1")
        await expand(pilot, parts, "added", "no fields  scalar")


async def test_a_webhook_is_clearly_incoming(make):
    """Webhooks have groups of their own, an arrow, and words that say who calls whom; the filter knows them."""
    app = app_of(engine_of(PAY))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        await shows(pilot, "▸ charges  2", "▸ ← charges  1 incoming", "2 operations · 1 webhook · 3 schemas")
        await pilot.press("f3", "slash", *"webhook", "down")
        await shows(pilot, "← POST charge.paid", "the API makes this call")
        await open_entry(pilot, f"pay:{PAID.key}", "← POST charge.paid  incoming", "to an address of yours")
        assert "https://pay.example" not in screen_text(pilot)


async def test_callbacks_links_variables_and_extensions_are_listed(make):
    """What an operation leads to is listed with it, and why it is deprecated."""
    app = app_of(engine_of(PAY))
    async with app.run_test(size=SIZE) as pilot:
        parts = await open_entry(pilot, f"pay:{CHARGE.key}", "deprecated  Use /v2/charges.", '{"per":"minute","n":60}')
        await shows(pilot, "x-rate[s]", "▸ ← POST {$request.body#/url}  Tells how it went")
        await expand(pilot, parts, "201", "Links  1")
        await expand(pilot, parts, "Links", "refund  → refundCharge")
        await expand(pilot, parts, "refund", "id  $response.body#/id")
        await expand(pilot, parts, "Servers", "https://{region}.pay.example")
        await expand(pilot, parts, "https://{region}.pay.example", "region  eu | us  default eu")


async def test_a_discriminator_says_which_form_is_which(make):
    """The forms of a body say for which values of the discriminator they stand."""
    app = app_of(engine_of(PAY))
    async with app.run_test(size=SIZE) as pilot:
        await open_entry(pilot, f"pay:{CHARGE.key}", "one of 1  Card  if kind is card or debit")
        await shows(pilot, "one of 2  Iban  if kind is iban")


async def test_a_call_of_grpc_shows_its_messages(make):
    """The fields of the request and of the reply stand right under it."""
    app = app_of(engine_of(PAY))
    async with app.run_test(size=SIZE) as pilot:
        await open_entry(pilot, f"pay:{RPC.key}", "RPC /pay.v1.Payments/Charge", "Message  Card", "Returns  Card")
        await until(pilot, lambda: screen_text(pilot).count("number  string") == 2)


@pytest.mark.parametrize("size", [(80, 24), (120, 60)])
async def test_a_guide_is_a_tree_of_headings_and_a_passage_is_shown_as_written(make, size):
    """Passages stand under their top heading; one shows its headings, its place and its text, code untouched."""
    app = app_of(engine_of(GUIDE))
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        await shows(pilot, "4 passages", "▸ (no heading)  1", "▸ Working with issues  2", "▸ Limits  1")
        await pilot.press("slash", *"adding", "down")
        await shows(pilot, "Adding one  line 42")
        await pilot.press("enter")
        await shows(pilot, "Working with issues > Labels >", "guide · guide.md:42")
        for line in LABELS.text.split("\n")[2:10]:
            assert line in screen_text(pilot)
        assert app.focused is app.query_one(PassageDetail)
        await pilot.press("a")
        await until(pilot, lambda: app.query_one(Prompt).text)
        assert app.query_one(Prompt).text == "What does the guide say about Adding one?"


async def test_a_single_group_is_open_from_the_start(make):
    """Where all entries stand under one heading, nothing has to be opened to see them."""
    engine = engine_of(GUIDE)
    engine.rows["guide"] = engine.rows["guide"][1:3]
    app = app_of(engine)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        await shows(pilot, "▾ Working with issues  2", "Adding one  line 42")
        await pilot.press("down", "down", "a")
        await until(pilot, lambda: app.query_one(Prompt).text)
        assert app.query_one(Prompt).text.startswith("What does the guide say about")


async def test_operations_and_passages_take_each_others_place(make):
    """Opening a passage after an operation shows the passage alone, and the other way round."""
    app = app_of(engine_of(SHOP, GUIDE))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        await open_entry(pilot, f"shop:{PRODUCT.key}", "Query.product")
        await open_entry(pilot, f"guide:{LABELS.key}", "guide.md:42")
        assert "Query.product" not in screen_text(pilot)
        await open_entry(pilot, f"shop:{PRODUCT.key}", "Query.product")
        assert "guide.md:42" not in screen_text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is app.query_one(Outline))


async def test_problems_can_be_read(make):
    """The line of counts says how many parts could not be read, and `p` lists them with line, place and message."""
    engine = engine_of(SHOP)
    engine.problems = SHOP_PROBLEMS
    app = app_of(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        await shows(pilot, "4 operations · 9 schemas · ! 2 problems", "p Problems")
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, ProblemsScreen))
        await shows(pilot, "2 problems in shop", "! line 1,204  /types/Product/fields/sku is defined again")
        await shows(pilot, "! /types/[red] is extended")
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_texts_that_are_not_meant_for_people_are_listed_apart(make):
    """What gives orders to a model was read, and is shown: it has a heading of its own."""
    engine = engine_of(SHOP)
    order = Problem("/types/Order", "gives orders to a model: “ignore [b]all[/b]”", suspect=True)
    engine.problems = (*SHOP_PROBLEMS, order)
    app = app_of(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.press("f3", "p")
        await until(pilot, lambda: isinstance(app.screen, ProblemsScreen))
        await shows(
            pilot, "3 problems in shop", "These parts could not be read", "These texts are not meant for people"
        )
        await shows(pilot, "! /types/Order gives orders to a model: “ignore [b]all[/b]”")


async def test_without_problems_there_is_no_key_for_them(make):
    """A spec that was read whole says nothing of problems."""
    app, _ = make([GITHUB])
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("f3", "p")
        assert len(app.screen_stack) == 1
        assert "1,223 operations · 950 schemas" in screen_text(pilot)
        assert "Problems" not in screen_text(pilot)
