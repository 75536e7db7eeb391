"""What operations about whoever calls feed."""

import pytest

from tests.indexing.links.test_links import USER, call, feeding, gives, listed
from tests.specs.builders import JSON


@pytest.mark.parametrize(
    "path",
    ["/me", "/v1/user", "/users/me", "/self", "/account", "/viewer", "/users/current", "/my/account", "/user/profile"],
)
@pytest.mark.parametrize("needs", ["user_id", "userId", "username", "owner", "accountId"])
def test_the_caller_feeds_who_asks_for_one_of_them(path: str, needs: str) -> None:
    """`GET /me` gives the user, the account and the owner that others ask for, where nothing lists such."""
    user = {"type": "object", "properties": {"id": {"type": "string"}, "username": {"type": "string"}}}
    field = "username" if needs == "username" else "id"
    paths = {path: {"get": call(gives(user))}, f"/of/{{{needs}}}/notes": {"post": call(None, needs)}}
    assert feeding(paths, needs) == [(f"GET {path}", field)]


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/articles/me", call(gives(USER))),
        ("/groups/current", call(gives(USER))),
        ("/reports/user", call(gives(USER))),
        ("/user", call(gives(listed(USER)))),
        ("/user", call(gives(USER), "?id")),
        ("/user/{id}", call(gives(USER), "id")),
        ("/*/me/x", call(gives(USER))),
    ],
)
def test_what_is_not_of_the_caller_is_not_taken_for_it(path: str, operation: JSON) -> None:
    """The caller's articles, a list of users and the user of a given id are not whoever calls."""
    paths = {path: {"get": operation}, "/accounts/{account}/notes": {"post": call(None, "account")}}
    assert feeding(paths, "account") == []


def test_who_is_searched_or_listed_comes_before_the_caller() -> None:
    """What one does is often about others."""
    paths = {
        "/me": {"get": call(gives(USER))},
        "/users": {"get": call(gives(listed(USER)))},
        "/users/search": {"get": call(gives(listed(USER)), "?q")},
        "/notes": {"post": call(None, "?user_id")},
    }
    producers = [producer for producer, _ in feeding(paths, "user_id")]
    assert producers == ["GET /users/search", "GET /users", "GET /me"]


def test_a_list_is_one_even_where_its_path_is_of_one() -> None:
    """`GET /user` that answers several gives all users, and no caller."""
    paths = {
        "/user": {"get": call(gives(listed(USER)))},
        "/me": {"get": call(gives(USER))},
        "/notes": {"post": call(None, "?user_id")},
    }
    assert feeding(paths, "user_id") == [("GET /user", "[].id"), ("GET /me", "id")]


def test_an_account_of_another_kind_is_not_the_callers() -> None:
    """Where a specification lists accounts, such as those of a bank, the user is none of them."""
    paths = {
        "/user": {"get": call(gives(USER))},
        "/budgets/{budget_id}/accounts": {"get": call(gives(listed(USER)), "budget_id")},
        "/payments": {"post": call(None, "?account_id")},
    }
    assert feeding(paths, "account_id") == [("GET /budgets/{budget_id}/accounts", "[].id")]
