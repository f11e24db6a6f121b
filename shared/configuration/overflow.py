"""What becomes of a conversation whose queue overflows."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator

from shared.configuration.base import Model
from shared.configuration.conditions import OverflowCondition
from shared.configuration.scalars import Name


class OverflowAction(StrEnum):
    """What to do with a conversation when its queue overflows, other than to transfer it."""

    KEEP = "keep"
    CLOSE = "close"


class Transfer(Model):
    """Overflow to another queue."""

    transfer: Name


def _overflow_action(value: Any) -> Any:
    if value not in tuple(OverflowAction) and not (isinstance(value, dict) and list(value) == ["transfer"]):
        raise ValueError("expected keep, close or {transfer: <queue>}")
    return OverflowAction(value) if isinstance(value, str) else Transfer.model_validate(value)


class OverflowRule(Model):
    """What to do when a condition holds, on entry or while a conversation waits."""

    when: OverflowCondition
    do: Annotated[OverflowAction | Transfer, BeforeValidator(_overflow_action)]
