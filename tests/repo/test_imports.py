"""Who may import whom, and what is read in one place only."""

import ast
import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import shared
from tests.repo import ROOT

# From the bottom to the top: a room imports the rooms before it, and itself.
ROOMS = (
    ("vocabulary",),
    ("setting_texts",),
    ("logs", "settings", "retry", "at_once", "telemetry"),
    ("configuration",),
    ("hours",),
    ("rules",),
    ("queue",),
    ("state",),
    ("media",),
    ("intake",),
    ("lifecycle",),
    ("replies",),
    ("automated_messages",),
    ("deadlines",),
    ("committing",),
    ("sending",),
    ("settling",),
    ("distribution",),
    ("erasure",),
    ("live",),
    ("commands", "routing"),
    ("desk",),
    ("api",),
    ("composition",),
)
SIDE = "adapters"
PORTS = {"api", "vocabulary", "logs", "settings", "telemetry", "queue", "state", "sending", "media"}
SDKS = ("azure", "aiohttp", "msal", "opentelemetry")
MODULES = sorted((ROOT / "shared").rglob("*.py"))


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """The modules that a file imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{name.name}", node.lineno) for name in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "shared").parts[0].removesuffix(".py")


def rank(room: str) -> int:
    return next(number for number, rooms in enumerate(ROOMS) if room in rooms)


def uses(path: Path, *names: str) -> list[str]:
    """The attribute chains, such as `os.environ`, that a file uses."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return sorted({ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)} & set(names))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_the_rooms_below_it(path: Path) -> None:
    """Vocabulary at the bottom, functions at the top, adapters to the side, one composition root."""
    room = room_of(path)
    for name, line in imports_of(path):
        top, _, rest = name.partition(".")
        assert top not in {"dev", "tests", "function_app"}, f"{path}:{line} imports {name}"
        if top != "shared" or not rest or room in ("__init__", "composition"):
            continue
        target = rest.partition(".")[0]
        if room == SIDE:
            assert target in PORTS | {SIDE}, f"{path}:{line}: an adapter knows ports and the log only, not {target}"
        else:
            assert target != SIDE, f"{path}:{line}: only the composition root knows adapters"
            assert target == room or rank(target) < rank(room), f"{path}:{line}: {room} imports {target}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_adapters_import_an_azure_sdk(path: Path) -> None:
    """Vendor types and errors stop at the edge."""
    found = [name for name, _ in imports_of(path) if name.partition(".")[0] in SDKS]
    assert room_of(path) == SIDE or not found


def test_environment_clock_and_chance_are_read_in_one_place_each() -> None:
    """Everything else is given settings, a clock and ids."""
    readers = {
        "os.environ": "shared/composition/__init__.py",
        "datetime.now": "shared/adapters/system.py",
        "uuid.uuid4": "shared/adapters/system.py",
        "random.random": "shared/adapters/system.py",
        "time.time": None,
        "time.monotonic": None,
        "time.perf_counter": None,
        "datetime.utcnow": None,
        "os.getenv": None,
        "asyncio.sleep": "shared/adapters/system.py",
    }
    for name, place in readers.items():
        found = [str(path.relative_to(ROOT)) for path in [*MODULES, ROOT / "function_app.py"] if uses(path, name)]
        assert found in ([], [place]), name


def test_the_local_stack_needs_no_tool() -> None:
    """A tool may start a stack; the stand-ins also run where no tool is wanted."""
    found = [path for path in (ROOT / "dev/stack").rglob("*.py") for name, _ in imports_of(path) if "dev.tools" in name]
    assert found == []


def test_the_app_is_the_only_shared() -> None:
    """In Azure the app's folder is last on sys.path: an installed package of that name would hide it."""
    assert shared.__file__ == str(ROOT / "shared" / "__init__.py")
    owners = importlib.metadata.packages_distributions().get("shared", [])
    assert owners == []


def test_importing_the_app_makes_no_client() -> None:
    """A cold start pays for no connection, and no setting is needed to index the app."""
    code = (
        "import function_app, sys; made = vars(function_app.centre.ports); "
        "sys.exit(bool({'tables', 'sender', 'channel', 'blobs', 'openid', '_credential'} & set(made)))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, env={}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _imported(settings: dict[str, str], *libraries: str) -> set[str]:
    """Which of the libraries importing the app brings along."""
    code = f"import function_app, sys; print(*set(sys.modules) & {set(libraries)!r})"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_sign_in_is_imported_where_the_settings_need_it_only() -> None:
    """There with the app, so that no first message or caller waits for it; elsewhere it would lengthen a cold start."""
    libraries = ("azure.identity.aio", "jwt")
    assert _imported({}, *libraries) == set()
    identity = {"TableStorageConnection__tableServiceUri": "https://account.table.core.windows.net"}
    assert _imported(identity, *libraries) == {"azure.identity.aio"}
    guid = "00000000-0000-0000-0000-000000000001"
    entra = {"AUTH_MODE": "entra", "ENTRA_TENANT_ID": guid, "ENTRA_AUDIENCE": guid}
    assert _imported(entra, *libraries) == {"jwt"}


def test_the_sdk_of_blob_storage_is_imported_with_the_first_file_only() -> None:
    """It takes a tenth of a second, which a text need not wait for."""
    settings = {"MediaStorageConnection": "AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a"}
    assert _imported(settings, "azure.storage.blob") == set()


def test_holidays_are_imported_where_a_queue_s_hours_ask_for_them_only() -> None:
    """The library takes a third of a second, which intake need not wait for."""
    assert _imported({"CONTACT_CENTER_FILE": "tests/unit/pure/configuration/complete.yaml"}, "holidays") == set()


def test_metas_cloud_api_is_imported_with_its_first_message_only() -> None:
    """A worker without a number there pays nothing for it."""
    assert _imported({"WHATSAPP_ACCESS_TOKEN": "a token"}, "shared.adapters.whatsapp_cloud") == set()
