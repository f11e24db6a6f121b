"""The numbers: their workstream, their ids at whoever brings their messages, and their way from one to another."""

from collections.abc import Collection, Iterator

from shared.configuration.channels import Channel, provider_of
from shared.configuration.checks.findings import Finding, Names, defined, touches
from shared.configuration.document import Configuration
from shared.configuration.problems import Location
from shared.vocabulary.words import Provider

_GUID = (
    "expected the GUID of the channel registration: provider is acs; "
    "a phone number id goes with provider: whatsapp_cloud"
)
_DIGITS = "expected the phone number id, which is digits: provider is whatsapp_cloud"
_NO_ACCOUNT = "goes with an id at Meta only"
_ACCOUNT = "expected account beside it, the id of the WhatsApp Business Account: the templates are listed there"


def check_channels(configuration: Configuration, names: Names, damaged: Collection[Location]) -> Iterator[Finding]:
    """Find channels without their workstream, what does not fit their provider, and ids that are another's."""
    first_with: dict[str, Channel] = {}
    for name, channel in configuration.channels.items():
        place = ("channels", name)
        yield from defined(names, "workstreams", channel.workstream, *place, "workstream")
        if not any(touches(place, other) for other in damaged):
            for key, message in (*_of_provider(channel), *_of_move(channel)):
                yield (*place, key), message
        for each in dict.fromkeys(channel.ids):
            first = first_with.setdefault(each, channel)
            if first is not channel:
                at = (*place, "id" if each == channel.id else "moved_from")
                whose = "the id of" if each == first.id else "among the moved_from of"
                yield at, f"{whose} channel {first.name}; each channel has its own"
    yield from _same_numbers(configuration)


def numbers_at_both(configuration: Configuration) -> Iterator[Finding]:
    """Find a number that is two channels, one at each provider: contacts, windows and conversations are not shared."""
    for channel, other in _with_one_number(configuration):
        if channel.provider is not other.provider:
            yield (
                ("channels", channel.name, "number"),
                f"the number of channel {other.name}: a number that moves stays one channel, with moved_from",
            )


def _of_provider(channel: Channel) -> Iterator[tuple[str, str]]:
    at_meta = channel.provider is Provider.WHATSAPP_CLOUD
    if provider_of(channel.id) is not channel.provider:
        yield "id", _DIGITS if at_meta else _GUID
    elif at_meta and channel.account is None:
        yield "id", _ACCOUNT
    if channel.account and not at_meta and Provider.WHATSAPP_CLOUD not in channel.providers:
        yield "account", _NO_ACCOUNT


def _of_move(channel: Channel) -> Iterator[tuple[str, str]]:
    if channel.moved_from and channel.moved_at is None:
        yield "moved_from", "expected moved_at beside it: from when on messages count from the new id"
    if channel.moved_at and not channel.moved_from:
        yield "moved_at", "expected moved_from beside it: the id that the number had before"
    if channel.moved_at and channel.moved_at.microsecond:
        yield "moved_at", "expected a whole second: Meta's times have no others"
    if channel.moved_from[-1:] == (channel.id,):
        yield "moved_from", "the id that the channel has; expected the one that its number had before"


def _same_numbers(configuration: Configuration) -> Iterator[Finding]:
    for channel, other in _with_one_number(configuration):
        if channel.provider is other.provider is Provider.WHATSAPP_CLOUD:
            yield ("channels", channel.name, "number"), f"the number of channel {other.name}; it has one id at Meta"


def _with_one_number(configuration: Configuration) -> Iterator[tuple[Channel, Channel]]:
    """Return each channel whose number is that of an earlier one, with that one."""
    first_with: dict[str, Channel] = {}
    for channel in configuration.channels.values():
        if channel.number:
            first = first_with.setdefault(channel.number, channel)
            if first is not channel:
                yield channel, first
