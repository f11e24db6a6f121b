"""What becomes of a reply: it goes out as written in the 24-hour window, else the workstream says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.configuration.workstreams import WhenWindowClosed, Workstream
from shared.replies.fallback_template import Fallback
from shared.state.contact import Contact
from shared.state.session_window import window_open
from shared.vocabulary.codes import Code
from shared.vocabulary.message import Content, PassedOver, TemplateUse

MOST_HELD = 40
"""For one contact. A release removes one line of each and writes another, in one transaction of at most 100 rows."""


@dataclass(frozen=True, slots=True)
class AsWritten:
    """It goes out as it is."""


@dataclass(frozen=True, slots=True)
class InItsPlace:
    """The template goes out; the words are held beside it when `hold` says how long."""

    template: TemplateUse
    hold: timedelta | None
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Nothing goes out before the customer writes, or the time is over."""

    hold: timedelta
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True)
class Impossible:
    """It can't go out, and may not be held; `code` is what the API says to that."""

    why: str
    code: Code = Code.WINDOW_CLOSED


type Plan = AsWritten | InItsPlace | KeptBack | Impossible


def plan_for(
    content: Content,
    when_closed: WhenWindowClosed | None,
    contact: Contact,
    workstream: Workstream,
    fallback: Fallback,
    now: datetime,
) -> Plan:
    """Plan what becomes of one reply now.

    Templates go out at any time. Only one of them stands in for replies until the customer writes: the next replies are
    held without another, or refused. So is a reply for which no template is usable.
    """
    replies = workstream.replies
    if contact.opted_out and not (content.free_form and window_open(contact, now, replies.margin)):
        return Impossible("the customer opted out: only a text inside the session window may go out", Code.OPTED_OUT)
    if not content.free_form or window_open(contact, now, replies.margin):
        return AsWritten()
    hold = replies.hold.expires_after if replies.hold.enabled else None
    match when_closed or replies.when_window_closed:
        case WhenWindowClosed.REJECT:
            return Impossible("the window is closed, and such replies are to be rejected")
        case WhenWindowClosed.HOLD:
            return KeptBack(hold) if hold else Impossible("the window is closed, and holding replies is switched off")
        case WhenWindowClosed.TEMPLATE if contact.ping:
            if hold:
                return KeptBack(hold)
            return Impossible("the window is closed, and a template has already asked the customer to write")
        case WhenWindowClosed.TEMPLATE:
            if fallback.template and content.media and not hold:
                return Impossible("the window is closed, and a template can't stand in for a file that is not held")
            if fallback.template:
                return InItsPlace(fallback.template, hold, fallback.passed_over)
            if hold:
                return KeptBack(hold, fallback.passed_over)
            return Impossible("the window is closed, and no template can stand in for the reply")
