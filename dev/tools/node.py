"""Node.js, and the packages of npm that the project's lock file pins."""

import sys
from pathlib import Path
from typing import Final

NODE: Final = Path(sys.executable).with_name("node")
NODE_MODULES: Final = Path(__file__).parents[1] / "node" / "node_modules"
TSC: Final = NODE_MODULES / "typescript" / "bin" / "tsc"
"""The checker of types."""
API_TYPES: Final = NODE_MODULES / "openapi-typescript" / "bin" / "cli.js"
"""What makes types of an OpenAPI document."""
