# shellcheck shell=sh
# Read by the scripts beside it: how they fail, wait, and hand values on.
# PAUSE: the seconds between two tries.

PAUSE="${PAUSE:-10}"

# Else `bash SCRIPT` would forget `set -e` inside $(…).
# shellcheck disable=SC3040
[ -z "${BASH_VERSION:-}" ] || set -o posix

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Ends with the names of all variables that have no value.
require() { # NAME...
    missing=""
    for name in "$@"; do
        eval "value=\${$name:-}"
        [ -n "$value" ] || missing="$missing $name"
    done
    [ -z "$missing" ] || fail "these variables have no value:$missing." \
        "azd sets them; without azd run: eval \"\$(sh infra/scripts/outputs.sh)\" (infra/README.md)"
}

# Ends unless resources can be named after the environment.
require_name() {
    printf '%s' "${AZURE_ENV_NAME-contact-centre}" | LC_ALL=C grep -Eqx '[A-Za-z0-9-]{3,24}' ||
        fail "AZURE_ENV_NAME is 3 to 24 letters, digits and hyphens, not $AZURE_ENV_NAME"
}

# Ends unless the Azure CLI is there and somebody signed in.
require_sign_in() {
    command -v az >/dev/null || fail "the Azure CLI, az, is not there. Install it: https://aka.ms/installazurecli"
    az account show --output none 2>/dev/null || fail "nobody is signed in to Azure. Run: az login"
}

# Tries a command until it succeeds, or fails as it did the last time.
again() { # TIMES COMMAND...
    left=$1
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep "$PAUSE"
    done
}

# Prints a variable so that `eval` sets it, and keeps it in the azd environment, if there is one.
hand_on() { # NAME VALUE
    echo "export $1='$2'"
    if [ -n "${AZURE_ENV_NAME:-}" ] && [ -d ".azure/$AZURE_ENV_NAME" ]; then
        azd env set "$1" "$2" --environment "$AZURE_ENV_NAME" >&2
    fi
}
