"""`python -m shared.configuration [FILE]` checks a file; with `--schema` it prints the JSON Schema for editors."""

import argparse
import json
import sys
from pathlib import Path

from shared.configuration import Configuration, ConfigurationError, read_configuration


def main(arguments: list[str]) -> int:
    """Check the file or print the schema; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shared.configuration", description="Checks contact_center.yaml.")
    parser.add_argument("file", nargs="?", type=Path, default=Path("contact_center.yaml"))
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of the file, for editors")
    options = parser.parse_args(arguments)
    if options.schema:
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Configuration.model_json_schema()
        sys.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
        return 0
    try:
        configuration = read_configuration(options.file)
    except ConfigurationError as error:
        for problem in error.problems:
            sys.stdout.write(problem.in_file(options.file) + "\n")
        return 1
    sys.stdout.write(f"{options.file}: {_summary(configuration)}\n")
    return 0


def _summary(configuration: Configuration) -> str:
    sections = ("channels", "workstreams", "queues", "templates")
    counts = [(len(getattr(configuration, section)), section) for section in sections]
    return ", ".join(f"{count} {section.removesuffix('s') if count == 1 else section}" for count, section in counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
