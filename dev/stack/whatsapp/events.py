"""Events as ACS publishes them through Event Grid, in the Event Grid schema.

Source: https://learn.microsoft.com/azure/event-grid/communication-services-advanced-messaging-events
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from dev.stack.whatsapp.catalogue import Channel, Provider
from dev.stack.whatsapp.phones import Phone, Refusal, Status

type Event = Mapping[str, object]

_TOPIC = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/local"
    "/providers/microsoft.communication/communicationservices/stand-in"
)


def message_received(
    *, channel: Channel, phone: Phone, message_id: str, at: datetime, content: Mapping[str, object]
) -> Event:
    """`AdvancedMessageReceived`; `content` is what differs by kind, `messageType` included."""
    data = {
        **content,
        "channelType": "whatsapp",
        "messageId": message_id,
        "from": phone.visible_number,
        **({"fromBSUID": phone.bsuid} if phone.bsuid else {}),
        "to": channel.id_at(Provider.ACS),
        "receivedTimestamp": _whole_seconds(at),
    }
    subject = f"advancedMessage/sender/{phone.visible_number or phone.bsuid}/recipient/{channel.id_at(Provider.ACS)}"
    return _envelope("Microsoft.Communication.AdvancedMessageReceived", subject, data, at)


def status_updated(
    *, channel: Channel, phone: Phone, message_id: str, status: Status, refusal: Refusal | None, at: datetime
) -> Event:
    """`AdvancedMessageDeliveryStatusUpdated`: here `from` is the channel and `to` the customer."""
    name = status.value.capitalize()
    data = {
        "channelType": "whatsapp",
        "messageId": message_id,
        "status": name,
        "from": channel.id_at(Provider.ACS),
        "to": phone.visible_number,
        **({"toBSUID": phone.bsuid} if phone.bsuid else {}),
        "receivedTimestamp": _whole_seconds(at),
        **({"error": {"channelCode": refusal.code, "channelMessage": refusal.message}} if refusal else {}),
    }
    subject = f"advancedMessage/{message_id}/status/{name}"
    return _envelope("Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated", subject, data, at)


def _envelope(event_type: str, subject: str, data: Mapping[str, object], at: datetime) -> Event:
    return {
        "id": str(uuid4()),
        "topic": _TOPIC,
        "subject": subject,
        "data": data,
        "eventType": event_type,
        "dataVersion": "1.0",
        "metadataVersion": "1",
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z",
    }


def _whole_seconds(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
