"""What a condition can ask about: the message, its contact and channel, the time and the variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.configuration.scalars import Value, Weekday
from shared.rules.countries import country_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The attribute for the field `message.text` is `message_text`, and so on; None is what is not known.

    `message_button` is the payload or id of the button that was tapped, `message_list` the id of the row chosen.
    `now` is the moment in the workstream's time zone (`Configuration.time_zone`).
    """

    now: datetime
    message_kind: str
    channel_name: str
    channel_id: str
    message_text: str | None = None
    message_button: str | None = None
    message_list: str | None = None
    contact_phone: str | None = None
    contact_bsuid: str | None = None
    contact_language: str | None = None
    contact_name: str | None = None
    contact_returning: bool = False
    variables: Mapping[str, Value] = field(default_factory=dict)

    @property
    def contact_country(self) -> str | None:
        """The country of the phone number, else of the BSUID, as two letters."""
        return country_of(self.contact_phone, self.contact_bsuid)

    @property
    def now_hour(self) -> int:
        """The hour, 0 to 23."""
        return self.now.hour

    @property
    def now_weekday(self) -> Weekday:
        """The day, from `mon` to `sun`."""
        return list(Weekday)[self.now.weekday()]

    def value(self, name: str) -> Value | None:
        """Return the value of a condition's field, such as `message.text` or `var.topic`."""
        if name.startswith("var."):
            return self.variables.get(name.removeprefix("var."))
        value: Value | None = getattr(self, name.replace(".", "_"))
        return value
