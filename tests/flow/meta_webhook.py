"""What Meta tells of by its webhook, signed. An event is an entry with one item."""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from secrets import randbelow
from typing import Any

from dev.stack.whatsapp.catalogue import Provider
from dev.stack.whatsapp.message_ids import new_message_id
from tests.flow.events import Broken, Event

_ITEMS = ("messages", "statuses")


class MetaWebhook:
    """The webhook of an app at Meta, which signs with its secret."""

    path = "/api/whatsapp"
    taken = 200

    def __init__(self, app_secret: str) -> None:
        self._secret = app_secret.encode()

    def read(self, body: bytes) -> list[Event]:
        """See `Wire.read`."""
        return [
            {**entry, "changes": [{"field": change["field"], "value": value}]}
            for entry in json.loads(body)["entry"]
            for change in entry["changes"]
            for value in _each_alone(change["value"])
        ]

    def call(self, events: Sequence[object]) -> tuple[bytes, Mapping[str, str]]:
        """See `Wire.call`."""
        body = json.dumps({"object": "whatsapp_business_account", "entry": events}).encode()
        signature = f"sha256={hmac.digest(self._secret, body, 'sha256').hex()}"
        return body, {"Content-Type": "application/json", "X-Hub-Signature-256": signature}

    def identity(self, event: Event) -> tuple[str, str | None]:
        """See `Wire.identity`."""
        _, item = _item(event)
        return item.get("id", ""), item.get("status")

    def broken(self, event: Event) -> Broken:
        """See `Wire.broken`."""
        broken, new_id = deepcopy(event), new_message_id(Provider.WHATSAPP_CLOUD)
        value, item = _item(broken)
        value["metadata"] = {}
        item |= {"id": new_id, "timestamp": "yesterday"}
        return Broken(event=broken, mark=new_id, paths=("data.channel", "data.message.timestamp"))

    def to(self, event: Event, channel_id: str) -> Event:
        """See `Wire.to`."""
        moved = deepcopy(event)
        value, item = _item(moved)
        value["metadata"] = {"phone_number_id": channel_id}
        item["id"] = new_message_id(Provider.WHATSAPP_CLOUD)
        return moved

    def new_channel(self) -> Mapping[str, str]:
        """See `Wire.new_channel`."""
        digits = str(10**14 + randbelow(10**14))
        return {"provider": Provider.WHATSAPP_CLOUD, "id": digits, "account": digits[::-1].rjust(15, "1")}


def _each_alone(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A change once for each of its items; one without items as it is."""
    names = [name for name in _ITEMS if value.get(name)]
    around = {key: each for key, each in value.items() if key not in _ITEMS}
    if not names:
        yield dict(value)
    for name in names:
        yield from ({**around, name: [item]} for item in value[name])


def _item(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is changed, and the item of it; an empty one where it has none."""
    value: dict[str, Any] = event["changes"][0]["value"]
    item: dict[str, Any] = next((value[name][0] for name in _ITEMS if name in value), {})
    return value, item
