"""Customers whom a request names by number or BSUID; a number never stands in an address."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from shared.api.call import Services
from shared.api.models import Body
from shared.api.texts import VISIBLE, WITHOUT_NUL
from shared.configuration.channels import Channel
from shared.intake.events import CustomerIdentity, is_bsuid
from shared.vocabulary.errors import invalid_request
from shared.vocabulary.phone_numbers import full_number


class Recipient(Body):
    """A customer: by the phone number, with its country or as it is written in the channel's, or by the BSUID."""

    phone: Annotated[str, Field(min_length=1, max_length=32), WITHOUT_NUL, VISIBLE] | None = None
    bsuid: Annotated[str, Field(min_length=1, max_length=160), WITHOUT_NUL, VISIBLE] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.phone is None) == (self.bsuid is None):
            raise ValueError("expected either phone or bsuid")
        if self.bsuid is not None and not is_bsuid(self.bsuid):
            raise ValueError("expected a BSUID such as US.13491208655302741918")
        return self

    def customer(self, channel: Channel, place: str = "") -> CustomerIdentity:
        """Return the customer of a channel.

        Args:
            place: Where this stands in the body, as in `to.`.

        Raises:
            Refused: `invalid_request`: the number is none.
        """
        if self.phone is None:
            return CustomerIdentity(channel_id=channel.key, phone=None, bsuid=self.bsuid)
        try:
            return CustomerIdentity(channel_id=channel.key, phone=full_number(self.phone, channel.number), bsuid=None)
        except ValueError as error:
            raise invalid_request((f"{place}phone", str(error))) from None


def _channel_id(text: str, info: ValidationInfo[Services]) -> str:
    found = info.context.configuration.channel_named(text)
    if found is None:
        raise ValueError(f"there is no channel {text}")
    return found.key


ChannelId = Annotated[str, Field(max_length=128, description="Its name, or its id."), AfterValidator(_channel_id)]
"""A channel of the configuration; read as its id."""
