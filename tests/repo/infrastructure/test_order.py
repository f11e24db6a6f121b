"""What is deployed before what: a module comes after everything that it names; needs the Bicep compiler."""

import json
import re

from tests.repo.infrastructure.compiler import built, needs_bicep

pytestmark = needs_bicep

CREATORS = {
    "app": "app",
    "appIdentity": "identities",
    "applicationInsights": "monitoring",
    "communicationServices": "communication",
    "mediaStorage": "mediaStorage",
    "keyVault": "keyVault",
    "network": "network",
    "serviceBus": "messaging",
    "storage": "storage",
    "topic": "topic",
    "topicIdentity": "identities",
    "workspace": "monitoring",
}


def direct() -> dict[str, set[str]]:
    """The modules of main.bicep, and what each waits for."""
    template, _ = built("main")
    return {name: set(each.get("dependsOn", [])) for name, each in template["resources"].items()}


def before(module: str) -> set[str]:
    """All that is there when a module is deployed."""
    found: set[str] = set()
    waiting = {module}
    while waiting:
        next_one = waiting.pop()
        new = direct()[next_one] - found
        found |= new
        waiting |= new
    return found


def named_in(module: str) -> set[str]:
    """The names and ids of resources that a module is given."""
    template, _ = built("main")
    text = json.dumps(template["resources"][module].get("properties", {}).get("parameters", {}))
    return set(re.findall(r"variables\('(?:names|ids)'\)\.(\w+)", text))


def test_a_module_comes_after_those_whose_resources_it_names() -> None:
    """Names and ids are known beforehand, so nothing but this makes it wait."""
    for module in direct():
        creators = {CREATORS[name] for name in named_in(module)}
        assert creators - {module} <= before(module), module


def test_every_name_has_a_module_that_creates_it() -> None:
    """Communication Services alone is named by a parameter."""
    template, _ = built("main")
    variables = template["variables"]
    assert set(variables["names"]) | set(variables["ids"]) == set(CREATORS)


def test_the_app_starts_with_its_roles_its_network_and_its_group() -> None:
    """A first start without roles fails; settings follow the app at once."""
    assert {"roles", "privateEndpoints", "group"} <= before("app")
    assert "app" in before("settings")
    assert "group" in before("communication")
    assert "communication" in before("roles") & before("topic")
