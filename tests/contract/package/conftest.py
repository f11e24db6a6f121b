"""What `python -m dev package` writes: once for all tests, since fetching and compiling take their time."""

import argparse
import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.commands import package


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Both packages and the folder, and what the command said."""

    source: Path
    complete: Path
    folder: Path
    lines: Sequence[str]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """What the command wrote where a package of yesterday lay."""
    source = tmp_path_factory.mktemp("written") / "app.zip"
    complete, folder = source.with_name("app-complete.zip"), source.with_name("app-complete")
    left = folder / "shared" / "of_yesterday.py"
    left.parent.mkdir(parents=True)
    left.touch()
    parser = argparse.ArgumentParser()
    package.add_arguments(parser)
    with redirect_stdout(io.StringIO()) as said:
        assert package.run(parser.parse_args(["--output", str(source)])) == 0
    return Written(source=source, complete=complete, folder=folder, lines=said.getvalue().splitlines())
