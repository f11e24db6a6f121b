"""What Meta's webhook brings in one call, parted into events: one for each message, status and whatever else there is.

A call may hold many entries, changes and items, of several numbers and of several fields. What is broken becomes an
event of its own, which nobody can understand, so that it comes to the quarantine and not in the way of the others. A
field that the app knows nothing of becomes one of a type that it does not know; so does what somebody sends with the
button *Test* in Meta's dashboard.
Protocol: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.intake.envelope import Envelope, as_text, normal_form
from shared.intake.fields import Problems, read_seconds
from shared.intake.whatsapp import EventType
from shared.vocabulary.identity import digest
from shared.vocabulary.phone_variants import phone_variants
from shared.vocabulary.time import rfc3339

_ABOUT_ACCOUNTS: Final = frozenset(
    {
        "account_alerts",
        "account_review_update",
        "account_settings_update",
        "account_update",
        "business_capability_update",
        "business_status_update",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "template_category_update",
    }
)
_LONGEST_FIELD: Final = 60
_IGNORED: Final = "whatsapp.field."
_TEST: Final = "whatsapp.test."
_INVENTED_ACCOUNT: Final = "0"
_INVENTED_NUMBER: Final = "123456123"
"""The ids in what the button *Test* of Meta's dashboard sends. Nobody has them: an id of Meta's has 15 digits or so."""


def items_in(body: bytes) -> Sequence[object]:
    """Return the events in a body, the messages first; what is no JSON is one, as text."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return [body.decode(errors="replace")]
    return sorted(_in_body(found), key=_behind_messages)


def _behind_messages(event: Envelope) -> bool:
    return bool(event["type"] != EventType.MESSAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """One change of one account: where its items stand, and whose they are.

    Attributes:
        sent_at: When Meta made the call.
        contacts: What is said beside the items of those who they are about.
        alone: Whether there is one item only, so that a single contact has to be its.
    """

    account: object
    sent_at: object
    value: Mapping[str, Any]
    contacts: tuple[Mapping[str, Any], ...]
    alone: bool

    def event(self, kind: str, data: Mapping[str, Any], item: object, *, event_id: str | None = None) -> Envelope:
        """Return an event about the change's account and number."""
        stamp = item.get("timestamp") if isinstance(item, dict) else None
        at = read_seconds(stamp, "", Problems()) or read_seconds(self.sent_at, "", Problems())
        whole = {"channel": self._channel, "account": self.account, **data}
        return normal_form(
            {
                "id": event_id or digest(kind, as_text(whole), str(self.sent_at)),
                "type": kind,
                "time": rfc3339(at) if at else None,
                "data": whole,
            }
        )

    def contact_of(self, item: Mapping[str, Any], phone_field: str, bsuid_field: str) -> Mapping[str, Any] | None:
        """Return what is said of the customer of an item: found by the names that both have, never by its place."""
        phone, bsuid = item.get(phone_field), item.get(bsuid_field)
        if not (phone or bsuid):
            return self.contacts[0] if self.alone and len(self.contacts) == 1 else None
        by_id = (each for each in self.contacts if bsuid and each.get("user_id") == bsuid)
        by_phone = (
            each
            for each in self.contacts
            if _same_phone(each.get("wa_id"), phone) and not (bsuid and each.get("user_id"))
        )
        return next(by_id, None) or next(by_phone, None)

    @property
    def is_test(self) -> bool:
        """Whether somebody pressed *Test* in Meta's dashboard: it names neither an account nor a number."""
        return self.account == _INVENTED_ACCOUNT and self._channel in (None, _INVENTED_NUMBER)

    @property
    def _channel(self) -> object:
        metadata = self.value.get("metadata")
        return metadata.get("phone_number_id") if isinstance(metadata, dict) else None


def _in_body(body: object) -> Iterator[Envelope]:
    entries = body.get("entry") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not entries:
        yield _broken("entry", body)
        return
    for number, entry in enumerate(entries):
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not isinstance(changes, list):
            yield _broken(f"entry[{number}].changes", entry)
            continue
        for place, change in enumerate(changes):
            yield from _in_change(entry, change, f"entry[{number}].changes[{place}]")


def _in_change(entry: Mapping[str, Any], change: object, where: str) -> Iterator[Envelope]:
    field, value = (change.get("field"), change.get("value")) if isinstance(change, dict) else (None, None)
    if not isinstance(field, str) or not isinstance(value, dict):
        yield _broken(where, {"entry": entry.get("id"), "change": change})
        return
    contacts = value.get("contacts")
    lists = {name: value[name] for name in _LISTS.get(field, {}) if value.get(name) is not None}
    about = _Change(
        account=entry.get("id"),
        sent_at=entry.get("time"),
        value=value,
        contacts=tuple(each for each in contacts if isinstance(each, dict)) if isinstance(contacts, list) else (),
        alone=sum(len(items) for items in lists.values() if isinstance(items, list)) == 1,
    )
    if about.is_test:
        yield about.event(f"{_TEST}{field[:_LONGEST_FIELD]}", {"value": value}, value)
        return
    if field in _ABOUT_ACCOUNTS:
        yield about.event(EventType.ACCOUNT, {"field": field, "value": value}, value)
        return
    for name, items in lists.items():
        if isinstance(items, list):
            yield from (_LISTS[field][name](about, item if isinstance(item, dict) else {}, item) for item in items)
        else:
            yield _broken(f"{where}.value.{name}", items)
    if not lists:
        yield about.event(f"{_IGNORED}{field[:_LONGEST_FIELD]}", {"value": value}, value)


def _message(about: _Change, item: Mapping[str, Any], raw: object) -> Envelope:
    """Return the event of a message; some of those by WhatsApp itself say that a customer has another name."""
    system, wamid = item.get("system"), item.get("id")
    said = system.get("type") if isinstance(system, dict) else None
    renamed = item.get("type") == "system" and isinstance(said, str) and said.startswith("user_changed_")
    kind = EventType.IDENTITY if renamed else EventType.MESSAGE
    contact = about.contact_of(item, "from", "from_user_id")
    event_id = wamid if isinstance(wamid, str) else None
    return about.event(kind, {"contact": contact, "message": raw}, item, event_id=event_id)


def _status(about: _Change, item: Mapping[str, Any], raw: object) -> Envelope:
    wamid, status = item.get("id"), item.get("status")
    named = isinstance(wamid, str) and isinstance(status, str)
    contact = about.contact_of(item, "recipient_id", "recipient_user_id")
    event_id = digest(EventType.STATUS, str(wamid), str(status)) if named else None
    return about.event(EventType.STATUS, {"contact": contact, "status": raw}, item, event_id=event_id)


def _error(about: _Change, item: Mapping[str, Any], raw: object) -> Envelope:
    return about.event(EventType.ACCOUNT, {"field": "errors", "value": raw}, item)


def _preference(about: _Change, item: Mapping[str, Any], raw: object) -> Envelope:
    contact = about.contact_of(item, "wa_id", "user_id")
    return about.event(EventType.PREFERENCE, {"contact": contact, "preference": raw}, item)


def _update(about: _Change, item: Mapping[str, Any], raw: object) -> Envelope:
    return about.event(EventType.IDENTITY, {"update": raw}, item)


type _Part = Callable[[_Change, Mapping[str, Any], object], Envelope]
_LISTS: Final[Mapping[str, Mapping[str, _Part]]] = {
    "messages": {"messages": _message, "statuses": _status, "errors": _error},
    "user_preferences": {"user_preferences": _preference},
    "user_id_update": {"user_id_update": _update},
}
"""For each field with items, the lists in which they stand, and what makes an event of one."""


def _broken(where: str, found: object) -> Envelope:
    data = {"where": where, "found": found}
    return normal_form({"id": digest(EventType.BROKEN, as_text(data)), "type": EventType.BROKEN, "data": data})


def _same_phone(one: object, other: object) -> bool:
    """Tell whether two numbers are one, however it is spelled; Meta leaves out the `+` at most places."""
    if not (isinstance(one, str | int) and isinstance(other, str | int)):
        return False
    spelled = [f"+{str(each).removeprefix('+')}" for each in (one, other)]
    return spelled[0] == spelled[1] or spelled[1] in phone_variants(spelled[0])
