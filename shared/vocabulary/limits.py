"""How much a conversation may carry for its team: variables and skills; and how long a customer's name may be."""

import json
from collections.abc import Mapping
from typing import Final

MOST_VARIABLES: Final = 100
MOST_BYTES_OF_VARIABLES: Final = 16 * 1024
"""Of all variables, names included."""
LONGEST_VALUE: Final = 4000
"""Characters of a variable's value."""
MOST_SKILLS: Final = 20
LONGEST_NAME: Final = 256
"""Characters of a customer's name."""


def bytes_of(variables: Mapping[str, str | int | float | bool]) -> int:
    """Return the bytes that variables take, as JSON."""
    return len(json.dumps(dict(variables), ensure_ascii=False).encode())
