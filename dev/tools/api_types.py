"""Writes desk/types/api.d.ts, the shapes of the API's requests and answers: `python -m dev.tools.api_types`.

Run it after a change of a view or a body. It leaves out the paths: the desk names the shapes, and its one client the
addresses.
"""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from dev.tools.node import API_TYPES, NODE
from shared.api.openapi import document_of
from shared.api.routes import ROUTES
from shared.settings import AuthMode

ROOT: Final = Path(__file__).parents[2]
TYPES: Final = ROOT / "desk" / "types" / "api.d.ts"


def api_types() -> str:
    """Return what the file has to be."""
    document = {**document_of(list(ROUTES.values()), AuthMode.KEY, {}).root, "paths": {}}
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "openapi.json"), Path(folder, "api.d.ts")
        source.write_text(json.dumps(document), encoding="utf-8")
        subprocess.run([NODE, API_TYPES, source, "--output", target], check=True, capture_output=True)
        return target.read_text(encoding="utf-8")


if __name__ == "__main__":
    TYPES.write_text(api_types(), encoding="utf-8")
