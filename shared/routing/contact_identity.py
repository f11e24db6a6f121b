"""Who a contact is, by the names that an event shows, and by what is known of the same person under another. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.intake.events import IdentityChange, InboundMessage
from shared.intake.identification import FormerHolder
from shared.state.contact import Contact, Notice, NoticeKind
from shared.vocabulary.characters import cut_at_word
from shared.vocabulary.identity import session_of
from shared.vocabulary.invisible import shows_nothing, trimmed
from shared.vocabulary.limits import LONGEST_NAME

type Former = Sequence[tuple[str, FormerHolder]]


def with_identity(
    before: Contact | None, event: InboundMessage, contact_id: str, former: FormerHolder | None, at: datetime
) -> Contact:
    """Return the contact with what the event shows of its identity; a name that is not shown this time stays."""
    customer = event.customer
    session_id = session_of(customer.channel_id, customer.sender)
    contact = before or Contact(id=contact_id, channel_id=customer.channel_id, session_id=session_id)
    phone = _newer(contact, contact.phone, customer.phone, contact.former_phones, at)
    bsuid = _newer(contact, contact.bsuid, customer.bsuid, contact.former_bsuids, at)
    contact = replace(
        contact,
        session_id=session_id,
        phone=phone,
        bsuid=bsuid,
        named_at=_named_at(contact, phone, bsuid, at),
        former_phones=_with_former(contact.former_phones, contact.phone, phone),
        former_bsuids=_with_former(contact.former_bsuids, contact.bsuid, bsuid),
        profile_name=_profile_name(event) or contact.profile_name,
    )
    if former is None or customer.phone is None:
        return contact
    return _in_place_of(contact, former, customer.phone, at)


def with_new_names(
    before: Contact | None, change: IdentityChange, contact_id: str, former: Former, at: datetime
) -> Contact:
    """Return the contact as it is known from now on; what it was called before stays its own.

    Args:
        former: Who has to give up a name, with that name.
    """
    now = change.now
    session_id = session_of(now.channel_id, now.sender)
    contact = before or Contact(id=contact_id, channel_id=now.channel_id, session_id=session_id)
    phone, bsuid = now.phone or contact.phone, now.bsuid or contact.bsuid
    contact = replace(
        contact,
        session_id=session_of(now.channel_id, bsuid or phone or ""),
        phone=phone,
        bsuid=bsuid,
        named_at=_named_at(contact, phone, bsuid, at),
        former_phones=_with_former(contact.former_phones, contact.phone, phone),
        former_bsuids=_with_former(contact.former_bsuids, contact.bsuid, bsuid),
    )
    for name, holder in former:
        contact = _in_place_of(contact, holder, name, at)
    return contact


def _newer(contact: Contact, known: str | None, shown: str | None, former: tuple[str, ...], at: datetime) -> str | None:
    """Return the name that a customer has, of the one that is known and the one that a message of a time shows.

    Of the same second, a name that was given up is the older one.
    """
    gave_up = shown in former and (contact.named_at is None or at <= contact.named_at)
    return known if known and (shown is None or gave_up or contact.is_named_since(at)) else shown


def _named_at(contact: Contact, phone: str | None, bsuid: str | None, at: datetime) -> datetime | None:
    """Return since when the names are these; who shows another one late has not changed."""
    same = (contact.phone, contact.bsuid) == (phone, bsuid)
    return contact.named_at if same else max(at, contact.named_at or at)


def _with_former(former: tuple[str, ...], before: str | None, now: str | None) -> tuple[str, ...]:
    """Return the names that were a contact's, without the one that it has."""
    return tuple(name for name in dict.fromkeys((*former, before)) if name and name != now)


def _in_place_of(contact: Contact, former: FormerHolder, name: str, at: datetime) -> Contact:
    """Return the contact with what another one has to be told that had its name, and with what is known of that one."""
    if former.contact_id in contact.merged_from:
        return contact
    notice = Notice(kind=former.kind, contact_id=former.contact_id, session_id=former.session_id, phone=name, at=at)
    contact = replace(contact, notices=tuple(dict.fromkeys((*contact.notices, notice))))
    return _joined_by(contact, former) if former.kind is NoticeKind.MERGED else contact


def _profile_name(event: InboundMessage) -> str | None:
    """Return how the customer wants to be called: a profile may hold anything, and a name stands in one line."""
    name = trimmed(event.profile_name or "")
    return None if shows_nothing(name) else cut_at_word(" ".join(name.split()), LONGEST_NAME)


def _joined_by(contact: Contact, former: FormerHolder) -> Contact:
    """Return the contact with what the team knows of the same person under another name."""
    joined = former.contact
    merged = (*contact.merged_from, former.contact_id, *(joined.merged_from if joined else ()))
    contact = replace(contact, merged_from=tuple(dict.fromkeys(merged)))
    if joined is None:
        return contact
    return replace(
        contact,
        name=contact.name or joined.name,
        profile_name=contact.profile_name or joined.profile_name,
        language=contact.language or joined.language,
        opted_out=contact.opted_out or joined.opted_out,
        opted_out_code=_opted_out_code(contact, joined),
        preference_at=max(filter(None, (contact.preference_at, joined.preference_at)), default=None),
        external_url=contact.external_url or joined.external_url,
        former_bsuids=_with_former((*contact.former_bsuids, *joined.former_bsuids), joined.bsuid, contact.bsuid),
        said_at=dict(sorted((*contact.said_at.items(), *joined.said_at.items()), key=lambda said: said[1])),
    )


def _opted_out_code(contact: Contact, joined: Contact) -> str | None:
    """Return WhatsApp's code of an opt-out; None where the customer has said so in words under one of the names."""
    codes = [each.opted_out_code for each in (contact, joined) if each.opted_out]
    return codes[0] if all(codes) and codes else None
