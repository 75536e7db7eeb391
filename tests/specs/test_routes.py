import pytest

from engine.specs.routes import fills, route, route_of_key


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/Repos/{owner}/{repo}.json/", "/repos/{}/{}.json"),
        ("/v1/{a}:{b}/prefix-{x}", "/v1/{}:{}/prefix-{}"),
        ("/a%20b/c%2Fd//e", "/a b/c%2fd/e"),
        ("/#Action=Run", "/?action=run"),
        ("/history?city={city}&units=Metric", "/history?city={}&units=metric"),
        ("/{?page}", "/{}"),
        ("/", "/"),
        ("user/{id}/signedup", "/user/{}/signedup"),
        ("newIssue", ""),
        ("", ""),
    ],
)
def test_a_route_is_a_path_with_its_parameters_left_open(path: str, expected: str) -> None:
    """Case, names of parameters and slashes at the end make no difference; what is no path has no route."""
    assert route(path) == expected
    assert route_of_key(f"GET {path}") == expected


@pytest.mark.parametrize(
    ("text", "template", "expected"),
    [
        ("7.json", "{}.json", True),
        (".json", "{}.json", False),
        ("a.json.json", "{}.json", True),
        ("a:b:c", "{}:{}", True),
        ("ab", "{}{}", True),
        ("a", "{}{}", False),
        ("v1", "v{}", True),
        ("v1", "v1", True),
        ("v1", "v2", False),
        ("." * 5000 + "x", "{}." * 50, False),
    ],
)
def test_a_text_may_fill_a_template(text: str, template: str, expected: bool) -> None:
    """Each parameter stands for one character at least, and a long text takes no longer than it is long."""
    assert fills(text, template) is expected
