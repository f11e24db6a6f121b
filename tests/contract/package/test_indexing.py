"""Each package in its clean environment: the worker library finds in it what the source declares.

The one for a remote build needs what its requirements.txt pins; the complete one is indexed with nothing installed.
"""

import ast
import json
import os
import platform
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.stack.host.protocol import Function
from dev.stack.parts import REPOSITORY
from dev.tools.package.python_packages import PLACE
from dev.tools.package.unpacking import unpacked
from shared.api.routes import ROUTES
from tests.contract.package.clean_environment import CleanEnvironment, index
from tests.contract.package.conftest import Written

TRIGGERS = {
    "event_grid_trigger": "eventGridTrigger",
    "service_bus_queue_trigger": "serviceBusTrigger",
    "route": "httpTrigger",
}
A_GUID = "11111111-2222-3333-4444-555555555555"
KEY = json.loads((REPOSITORY / "local.settings.sample.json").read_text(encoding="utf-8"))["Values"]
ENTRA = KEY | {"AUTH_MODE": "entra", "ENTRA_TENANT_ID": A_GUID, "ENTRA_AUDIENCE": A_GUID, "EVENTS_AUDIENCE": ""}
WEBHOOKS = ENTRA | {"EVENTS_AUDIENCE": A_GUID, "WHATSAPP_APP_SECRET": "secret"}
SETTINGS = {"none": dict[str, str](), "key": KEY, "entra": ENTRA, "entra and webhooks": WEBHOOKS}
CPU_SECONDS = 30.0
"""Azure allows two minutes. Time on the clock would say more of the machine than of the app."""


OF_AZURE = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="its packages are for Linux on x86-64"
)


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("source", id="remote build"),
        pytest.param("complete", id="complete", marks=OF_AZURE),
    ],
)
def app(request: pytest.FixtureRequest, written: Written) -> Iterator[Path]:
    """A folder with either package, unpacked."""
    with unpacked(getattr(written, request.param)) as folder:
        yield folder


@pytest.fixture(scope="session")
def environment(app: Path, tmp_path_factory: pytest.TempPathFactory) -> CleanEnvironment:
    """What the package's requirements.txt pins, and nothing else; nothing at all for the complete one."""
    folder = tmp_path_factory.mktemp("environment")
    if (app / PLACE).exists():
        return CleanEnvironment.empty(folder)
    return CleanEnvironment.made_from(app / "requirements.txt", folder)


def declared() -> dict[str, str]:
    """The functions that the source declares or makes of a route, whatever the settings, and the trigger of each."""
    nodes = ast.walk(ast.parse((REPOSITORY / "function_app.py").read_bytes()))
    functions = [node for node in nodes if isinstance(node, ast.AsyncFunctionDef) and node.decorator_list]
    decorators = {function.name: ast.unparse(function.decorator_list[0]) for function in functions}
    routes = dict.fromkeys(ROUTES, TRIGGERS["route"])
    return routes | {name: TRIGGERS[text.removeprefix("app.").partition("(")[0]] for name, text in decorators.items()}


type Index = Callable[[str], Awaitable[dict[str, Function]]]
"""The functions that the worker library finds, by name, with the settings of a case."""


@pytest.fixture(scope="session")
def of_package(environment: CleanEnvironment, app: Path) -> Index:
    """The functions of the package."""
    return once(lambda case: environment.index(app, SETTINGS[case]))


@pytest.fixture(scope="session")
def of_source() -> Index:
    """The functions of the source."""
    return once(lambda case: index(REPOSITORY, SETTINGS[case]))


def once(find: Index) -> Index:
    """The same, found once for each case: a worker is started for it."""
    found: dict[str, dict[str, Function]] = {}

    async def known(case: str) -> dict[str, Function]:
        if case not in found:
            found[case] = await find(case)
        return found[case]

    return known


def triggers_of(functions: dict[str, Function]) -> dict[str, str]:
    """The trigger of each function."""
    kinds = {name: [binding["type"] for binding in function.bindings] for name, function in functions.items()}
    return {name: next(kind for kind in of_one if kind.endswith("Trigger")) for name, of_one in kinds.items()}


def bindings_of(functions: dict[str, Function]) -> dict[str, object]:
    """All bindings of each function."""
    return {name: function.bindings for name, function in functions.items()}


async def test_every_function_is_there_with_its_trigger(environment: CleanEnvironment, app: Path) -> None:
    before = os.times()
    assert triggers_of(await environment.index(app, WEBHOOKS)) == declared()
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    assert 0 < spent < CPU_SECONDS


async def test_without_an_audience_for_events_and_a_secret_of_metas_there_are_no_webhooks(of_package: Index) -> None:
    without = {name: trigger for name, trigger in declared().items() if name not in ("events", "whatsapp")}
    assert triggers_of(await of_package("entra")) == without
    assert triggers_of(await of_package("key")) == without


@pytest.mark.parametrize("case", SETTINGS)
async def test_the_package_has_the_functions_of_the_source(of_package: Index, of_source: Index, case: str) -> None:
    """With every binding: routes, methods, levels, queues, connections."""
    assert bindings_of(await of_package(case)) == bindings_of(await of_source(case))


async def test_a_bad_configuration_takes_route_away_and_nothing_else(
    environment: CleanEnvironment, app: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.yaml").write_text("version: 1\nchannels: {}\n", encoding="utf-8")
    settings = WEBHOOKS | {"CONTACT_CENTER_FILE": str(tmp_path / "bad.yaml")}
    assert triggers_of(await environment.index(app, settings)) == {
        name: trigger for name, trigger in declared().items() if name != "route"
    }


def test_all_that_the_app_imports_is_there(environment: CleanEnvironment, app: Path) -> None:
    """`shared` is the app's own, though its folder is last on the path, and no import needs a tool of development."""
    found = probed(environment, app)
    assert found["shared"] == str(app / "shared" / "__init__.py")
    assert not found["shared is installed"]
    assert found["imports"] > 100
    assert found["missing"] == {}


def probed(environment: CleanEnvironment, app: Path) -> dict[str, Any]:
    """What probe.py says of the app."""
    probe = Path(__file__).with_name("probe.py")
    done = subprocess.run([environment.python, "-I", probe, app], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
