"""`python -m dev COMMAND`: one sub-command a module of `dev/commands`.

Such a module has a docstring (its help), `add_arguments(parser)` and `run(arguments) -> int`, the exit code.
"""

import argparse
import importlib
import os
import pkgutil
import sys

from dev import commands


def main() -> int:
    names = [module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__)]
    parser = argparse.ArgumentParser(prog="python -m dev")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in [name for name in names if name in sys.argv[1:2]] or names:
        module = importlib.import_module(f"dev.commands.{name.replace('-', '_')}")
        summary = (module.__doc__ or "").partition("\n")[0]
        command = choices.add_parser(name, help=summary, description=summary)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args()
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read what we print has left, such as head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
