"""The WhatsApp business numbers: who brings their messages, and where they were before."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from shared.configuration.base import Named
from shared.configuration.scalars import AccountId, ChannelId, Moment, Name, PhoneNumber
from shared.vocabulary.words import Provider


def _listed(value: Any) -> Any:
    """Return one id as a list of one."""
    return value if isinstance(value, list) else [value]


class Channel(Named):
    """A WhatsApp business number."""

    provider: Provider = Field(
        default=Provider.ACS, description="acs: Azure Communication Services. whatsapp_cloud: Meta's own Cloud API."
    )
    id: ChannelId = Field(
        description="acs: the GUID of the channel registration. whatsapp_cloud: the phone number id, in quotes."
    )
    account: AccountId | None = Field(
        default=None,
        description="The id of the WhatsApp Business Account of a number that is, or was, at Meta, in quotes.",
    )
    number: PhoneNumber | None = None
    workstream: Name
    moved_from: Annotated[
        tuple[ChannelId, ...], BeforeValidator(_listed, json_schema_input_type=ChannelId | tuple[ChannelId, ...])
    ] = Field(default=(), description="The id that the number had before; of several, the oldest first.")
    moved_at: Moment | None = Field(
        default=None, description="From when on messages count from here, such as 2027-03-01T03:00:00Z."
    )

    @property
    def key(self) -> str:
        """The id under which all is kept that has to do with the channel: the first that its number had."""
        return first_id(self.id, self.moved_from)

    @property
    def ids(self) -> Iterator[str]:
        """Every id that the number has or had: events under each of them are the channel's."""
        yield self.id
        yield from self.moved_from

    @property
    def providers(self) -> frozenset[Provider]:
        """Who has the number, or had it."""
        return frozenset(map(provider_of, self.ids))

    def counts(self, channel_id: str, at: datetime) -> bool:
        """Tell whether a message under one of the ids is taken: while a number moves, it may come under both.

        Of a number that is back under an id which it had before, what is late or replayed from before its first move
        does not count: of several moves only the newest one's time is known.

        Args:
            at: When the customer wrote it.
        """
        moved = self.moved_at is None or at >= self.moved_at
        return not self.moved_from or (channel_id == self.id) == moved

    def id_at(self, at: datetime) -> str:
        """Return the id that the number has at a time: until it has moved, the one before."""
        return self.id if self.moved_at is None or at >= self.moved_at else self.moved_from[-1]


def provider_of(channel_id: str) -> Provider:
    """Tell whose an id is: Meta's are digits, those of ACS are GUIDs."""
    return Provider.WHATSAPP_CLOUD if channel_id.isdecimal() else Provider.ACS


def first_id(channel_id: str, moved_from: Sequence[str]) -> str:
    """Return the first id that a number had.

    One that is at ACS and was at Meta alone is back: ACS takes no new customers since 23 October 2026, so that it was
    there before.
    """
    is_back = provider_of(channel_id) is Provider.ACS and all(
        provider_of(each) is Provider.WHATSAPP_CLOUD for each in moved_from
    )
    return moved_from[0] if moved_from and not is_back else channel_id
