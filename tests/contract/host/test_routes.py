"""Route templates match as in ASP.NET Core."""

import pytest

from dev.stack.host.routes import Route, RouteError

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("api/health", "/api/health", {}),
        ("api/health", "/API/Health/", {}),
        ("api/items/{id}", "/api/items/a%20b", {"id": "a b"}),
        ("api/items/{id}", "/api/items/a%2Fb%2B%c3%a9%2f", {"id": "a%2Fb+é%2f"}),
        ("api/items/{id}", "/api/items/a/b", None),
        ("api/items/{id}", "/api/items/", None),
        ("api/items/{id?}", "/api/items", {}),
        ("api/items/{id:guid}", f"/api/items/{GUID}", {"id": GUID}),
        ("api/items/{id:guid}", "/api/items/7", None),
        ("api/items/{id:int}/parts", "/api/items/7/parts", {"id": "7"}),
        ("api/items/{id:int}", "/api/items/seven", None),
        ("api/desk/{*path}", "/api/desk/css/site.css", {"path": "css/site.css"}),
        ("api/desk/{*path}", "/api/desk", {}),
        ("api/v1.0", "/api/v1x0", None),
    ],
)
def test_a_template_gives_its_values_or_does_not_match(template: str, path: str, values: dict[str, str] | None) -> None:
    assert Route.parse(template).match(path) == values


@pytest.mark.parametrize("template", ["items/{id:odd}", "items/item-{id}"])
def test_a_template_that_cannot_be_read_is_refused(template: str) -> None:
    with pytest.raises(RouteError, match="items/"):
        Route.parse(template)
