"""The repository agrees with itself."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
