"""`python -m shared.configuration [FILE]` checks a file; with `--schema` it prints the JSON Schema for editors."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from shared.configuration import Configuration, ConfigurationError, Problem, read_configuration
from shared.configuration.schema import file_schema


def main(arguments: list[str]) -> int:
    """Check the file or print the schema; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shared.configuration", description="Checks contact_center.yaml.")
    parser.add_argument("file", nargs="?", type=Path, default=Path("contact_center.yaml"))
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of the file, for editors")
    parser.add_argument("--short-durations", action="store_true", help="as with the setting SHORT_DURATIONS")
    options = parser.parse_args(arguments)
    if options.schema:
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | file_schema()
        sys.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
        return 0
    try:
        configuration = read_configuration(options.file, short_durations=options.short_durations, thorough=True)
    except ConfigurationError as error:
        _print(options.file, error.problems, error.warnings)
        return 1
    _print(options.file, (), configuration.warnings)
    sys.stdout.write(f"{options.file}: {_summary(configuration)}\n")
    return 0


def _print(file: Path, problems: Sequence[Problem], warnings: Sequence[Problem]) -> None:
    for problem in problems:
        sys.stdout.write(f"{problem.in_file(file)}\n")
    for warning in warnings:
        sys.stdout.write(f"{replace(warning, message=f'warning: {warning.message}').in_file(file)}\n")


def _summary(configuration: Configuration) -> str:
    sections = ("channels", "workstreams", "queues", "templates")
    counts = [(len(getattr(configuration, section)), section) for section in sections]
    return ", ".join(f"{count} {section.removesuffix('s') if count == 1 else section}" for count, section in counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
