"""Say for how many days copies and uploads of files are kept, as contact_center.yaml says."""

import argparse
import math
import os
import sys
from datetime import timedelta
from pathlib import Path

from shared.configuration import Configuration, ConfigurationError, read_configuration

_DAY = timedelta(days=1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    file = Path(os.environ.get("CONTACT_CENTER_FILE") or "contact_center.yaml")
    parser.add_argument("file", nargs="?", type=Path, default=file)


def run(arguments: argparse.Namespace) -> int:
    try:
        print(*days_kept(read_configuration(arguments.file)))
    except ConfigurationError as error:
        print("\n".join(problem.in_file(arguments.file) for problem in error.problems), file=sys.stderr)
        return 1
    return 0


def days_kept(configuration: Configuration) -> tuple[int, int]:
    """Return the days of copies and of uploads, 1 at least: an upload outlives every reply that waits with it."""
    keep = configuration.media.keep
    holds = [workstream.replies.hold.expires_after for workstream in configuration.workstreams.values()]
    longest = max(keep, *(hold + _DAY for hold in holds)) if holds else keep
    return _whole_days(keep), _whole_days(longest)


def _whole_days(span: timedelta) -> int:
    return max(math.ceil(span / _DAY), 1)
