"""What Meta says of an account, its numbers and its templates: heeded where it changes what can be sent, else logged.

Words as in Meta's webhook reference: `account_update`, `message_template_status_update` and the like.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from shared.configuration.channels import Channel, provider_of
from shared.configuration.document import Configuration
from shared.intake.events import AccountEvent
from shared.logs import log
from shared.sending.channel_gate import ChannelGate
from shared.sending.template_list import TemplateLists
from shared.telemetry import Metric, Telemetry
from shared.vocabulary.time import Clock
from shared.vocabulary.words import Provider

_BLOCKED, _LOCKED, _NOT_OURS = "368", "131031", "131005"
_STOPS: Final = {
    "ACCOUNT_RESTRICTION": _BLOCKED,
    "DISABLED_UPDATE": _LOCKED,
    "ACCOUNT_DELETED": _NOT_OURS,
}
"""News after which surely nothing goes out, with the code of the refusals that are to be expected.

PARTNER_REMOVED and ACCOUNT_OFFBOARDED are not among them: they may be about somebody else who had access, such as ACS
after a move. Where they are about us, the next message is refused (100/33, 10, 200), and that stops the channel.
"""
_STILL_SENDS: Final = ("REINSTATE", "SCHEDULE_FOR_DISABLE")
"""States of a ban in which messages go out."""
_OF_MESSAGES: Final = ("RESTRICTED_BIZ_INITIATED_MESSAGING", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING")
"""The restrictions of what is written; others are of calls, of new numbers, or of templates, whose refusals tell."""
_WORTH_A_WARNING: Final = frozenset({"account_update", "account_alerts", "security"})
_BAD_NEWS: Final = frozenset({"FLAGGED", "DOWNGRADE"})


class HeedAccount:
    """Stops the channels of an account that can't send, has changed templates read anew, and logs the rest."""

    def __init__(
        self,
        *,
        gate: ChannelGate,
        templates: TemplateLists,
        configuration: Configuration,
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._gate = gate
        self._templates = templates
        self._configuration = configuration
        self._clock = clock
        self._telemetry = telemetry

    async def __call__(self, event: AccountEvent) -> None:
        """Heed what is said about an account or a number, for the channels that it concerns."""
        channels = [channel for channel in self._configuration.channels.values() if self._concerns(channel, event)]
        stops = _stops(event)
        self._note(event, channels, known_as_bad=stops is not None)
        for channel in channels:
            if stops:
                await self._gate.note_failure(channel.key, event.event_id, stops, event.at)
            elif _is_about_templates(event):
                self._templates.note_changed(channel.key)

    def _concerns(self, channel: Channel, event: AccountEvent) -> bool:
        """Tell whether it is about a channel that is at Meta by now: who moves is not stopped before that."""
        named = event.channel_id in channel.ids if event.channel_id else channel.account == event.account_id
        return named and provider_of(channel.id_at(self._clock.now())) is Provider.WHATSAPP_CLOUD

    def _note(self, event: AccountEvent, channels: list[Channel], *, known_as_bad: bool) -> None:
        warns = known_as_bad or _is_about_templates(event) or event.field in _WORTH_A_WARNING
        log(
            "account.news",
            level=logging.WARNING if warns or event.event in _BAD_NEWS else logging.INFO,
            event_id=event.event_id,
            account_id=event.account_id,
            channel_ids=[channel.key for channel in channels],
            field=event.field,
            event=event.event,
            template=event.template,
            language=event.language,
        )
        for channel_id in (*(channel.key for channel in channels),) or (None,):
            self._telemetry.record(Metric.ACCOUNT_NEWS.of(field=event.field, event=event.event, channel=channel_id))


def _is_about_templates(event: AccountEvent) -> bool:
    return "template" in event.field


def _stops(event: AccountEvent) -> str | None:
    """Return the code for which an account's channels are stopped; None where they go on."""
    if event.field != "account_update" or _goes_on(event.data or {}):
        return None
    return _STOPS.get(event.event or "")


def _goes_on(data: Mapping[str, Any]) -> bool:
    """Tell whether a ban or a restriction, as it is described, lets messages out."""
    ban, restrictions = data.get("ban_info"), data.get("restriction_info")
    if isinstance(ban, Mapping) and ban.get("waba_ban_state") in _STILL_SENDS:
        return True
    named = restrictions if isinstance(restrictions, list) else [restrictions]
    types = [each.get("restriction_type") if isinstance(each, Mapping) else None for each in named if each]
    return bool(types) and not any(each in _OF_MESSAGES for each in types)
