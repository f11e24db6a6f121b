#!/bin/sh
# Prints the path of a Python 3.13: python3.13 itself, one of pyenv's, or one that uv knows; each is run to be sure.
# Prints one line about what to install, and fails, when there is none.

works() {
    "$1" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1
}

for candidate in \
    "$(command -v python3.13)" \
    "$(command -v python3)" \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13 \
    "$(uv python find 3.13 2>/dev/null)"; do
    if [ -n "$candidate" ] && works "$candidate"; then
        echo "$candidate"
        exit 0
    fi
done
echo "Python 3.13 is needed and was not found. Install it from python.org, with pyenv install 3.13, or with uv python install 3.13." >&2
exit 1
