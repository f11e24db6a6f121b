"""A configuration whose numbers are at Meta: `make run PROVIDER=whatsapp_cloud` has no file of its own.

In: any configuration file. Out: the same with each channel of ACS on the Cloud API, under ids made of the former ones;
all else stays as it is written.
"""

import hashlib
from pathlib import Path

import yaml

from dev.stack.errors import StackError
from dev.stack.whatsapp.catalogue import Provider, provider_of

_MOVES = ("moved_from", "moved_at")
_TEXT = "tag:yaml.org,2002:str"


def phone_number_id(channel_id: str) -> str:
    """The id that a channel of ACS gets at Meta."""
    return _digits(channel_id)


def account_id(channel_id: str) -> str:
    """The account that it gets there: each channel has templates of its own, as at ACS."""
    return _digits(f"account of {channel_id}")


def write_at_meta(configuration: Path, into: Path) -> Path:
    """Writes the copy into a folder and returns its path. Raises StackError for a file that can't be read."""
    copy = into / "contact_center_at_meta.yaml"
    try:
        text = at_meta(configuration.read_text(encoding="utf-8"))
        into.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise StackError(f"The numbers of {configuration} can't be brought to Meta: {error}") from error
    return copy


def at_meta(text: str) -> str:
    """The text of a configuration with its channels on the Cloud API; without channels it stays as it is."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    channels = _entry(root, "channels")
    if not isinstance(channels, yaml.MappingNode):
        return text
    for _, channel in channels.value:
        if isinstance(channel, yaml.MappingNode):
            _bring_to_meta(channel)
    written: str = yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=120)
    return written


def _bring_to_meta(channel: yaml.MappingNode) -> None:
    its_id = _entry(channel, "id")
    if not isinstance(its_id, yaml.ScalarNode) or provider_of(its_id.value) is Provider.WHATSAPP_CLOUD:
        return
    changed = {
        "provider": Provider.WHATSAPP_CLOUD.value,
        "id": phone_number_id(its_id.value),
        "account": account_id(its_id.value),
    }
    kept = [(key, value) for key, value in channel.value if key.value not in (*changed, *_MOVES)]
    channel.value = [(_scalar(name), _scalar(value, '"')) for name, value in changed.items()] + kept


def _entry(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _scalar(value: str, style: str | None = None) -> yaml.ScalarNode:
    return yaml.ScalarNode(_TEXT, value, style=style)


def _digits(text: str) -> str:
    """Fifteen digits, as Meta's ids have them."""
    return str(10**14 + int(hashlib.sha256(text.lower().encode()).hexdigest(), 16) % (9 * 10**14))
