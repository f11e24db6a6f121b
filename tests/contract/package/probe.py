"""Run by the Python of a clean environment: prints where the app's `shared` is, and which imports fail.

In: the app's folder. Every module that a file of the app imports counts, also one that only a function imports.
"""

import ast
import importlib
import json
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path


def imports_of(file: Path) -> Iterator[str]:
    """The names of the modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def error_of(module: str) -> str | None:
    """What is said when the module is imported; None if it can be."""
    try:
        importlib.import_module(module)
    except ImportError as error:
        return str(error)
    return None


def main() -> None:
    app = Path(sys.argv[1])
    sys.path.insert(0, str(app / ".python_packages" / "lib" / "site-packages"))
    installed = find_spec("shared") is not None
    sys.path.append(str(app))
    files = [app / "function_app.py", *(app / "shared").rglob("*.py")]
    errors = {module: error_of(module) for file in files for module in imports_of(file)}
    found = {
        "shared is installed": installed,
        "shared": importlib.import_module("shared").__file__,
        "imports": len(errors),
        "missing": {module: error for module, error in errors.items() if error},
    }
    sys.stdout.write(json.dumps(found))


main()
