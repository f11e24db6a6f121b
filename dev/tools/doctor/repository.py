"""What the repository says should be there: queues, topic, roles, functions, the version of Python."""

import ast
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.api.routes import ROUTES

ROOT = Path(__file__).parents[3]


def queues() -> Mapping[str, Mapping[str, Any]]:
    """The queues and their shape, as dev/stack/servicebus/queues.json has them."""
    found: dict[str, dict[str, Any]] = json.loads(
        (ROOT / "dev/stack/servicebus/queues.json").read_text(encoding="utf-8")
    )
    return found


def events_topic() -> Mapping[str, Any]:
    """The shape of the topic for other systems, as dev/stack/servicebus/topics.json has it."""
    topics = json.loads((ROOT / "dev/stack/servicebus/topics.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = topics["events"]["properties"]
    return found


def roles() -> Mapping[str, str]:
    """The GUID of each role by its name, as infra/roles.json has them."""
    found: dict[str, str] = json.loads((ROOT / "infra/roles.json").read_text(encoding="utf-8"))
    return found


def functions() -> frozenset[str]:
    """The functions that function_app.py declares, those under a condition included, and one for each route."""
    tree = ast.parse((ROOT / "function_app.py").read_text(encoding="utf-8"))
    return frozenset(ROUTES) | frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("app.") for decorator in node.decorator_list)
    )


def python_version() -> str:
    """The version of Python that the app is made for, such as 3.13."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lowest: str = project["requires-python"].removeprefix(">=").partition(",")[0]
    return lowest
