"""What time does to a conversation: when it closes by itself, what a silence leads to, and how it is wrapped up."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.configuration.base import Model, Table, no_entries
from shared.configuration.durations import Duration, PositiveDuration
from shared.configuration.messages import Messages
from shared.configuration.scalars import Boolean, Label, Language, Name, Tag


class SilentParty(StrEnum):
    """Who has not answered."""

    CUSTOMER = "customer"
    AGENT = "agent"


class InactivityAction(StrEnum):
    """What happens after a silence; `wait` sets the conversation aside."""

    SEND = "send"
    CLOSE = "close"
    WAIT = "wait"


class Lifecycle(Model):
    """When conversations close by themselves, and how long wrap-up lasts."""

    auto_close_waiting: PositiveDuration = timedelta(hours=24)
    auto_close_open: PositiveDuration = timedelta(days=30)
    auto_close_active: PositiveDuration = timedelta(days=30)
    auto_close_outbound: PositiveDuration = Field(
        default=timedelta(days=7), description="One that the team started and the customer never answered."
    )
    wrap_up: Duration = Field(default=timedelta(minutes=5), description="0s closes at once.")


class WrapUp(Model):
    """What an agent notes when closing: a code, by its name in each language, and tags."""

    codes: Table[Name, Annotated[Table[Language, Label], Field(min_length=1)]] = Field(default_factory=no_entries)
    tags: tuple[Tag, ...] = ()
    required: Boolean = Field(default=False, description="Whether a conversation can't be closed without a code.")


class InactivityRule(Model):
    """What to do when one side has not answered for a while; `message` goes with `send`."""

    silent: SilentParty
    after: PositiveDuration
    do: InactivityAction
    message: Messages | None = None
