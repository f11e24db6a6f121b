"""What becomes of a reply: by the window, by what the caller and the workstream want, and by what is there for it."""

from datetime import timedelta

import pytest

from shared.configuration.workstreams import Hold, Replies, RouteToQueue, WhenWindowClosed, Workstream
from shared.replies.fallback_template import NO_FALLBACK, Fallback
from shared.replies.window_policy import AsWritten, Impossible, InItsPlace, KeptBack, Plan, plan_for
from shared.vocabulary.message import Content, PassedOver, TemplateUse
from shared.vocabulary.words import MessageKind
from tests.unit.pure.contacts import NOW, ago, contact

TEXT = Content(kind=MessageKind.TEXT, text="Voici.")
FOLLOW_UP = TemplateUse(name="follow_up", language="fr", parameters=("client", "Voici."))
TEMPLATE = Content(kind=MessageKind.TEMPLATE, text="Bonjour", template=FOLLOW_UP)
PAUSED = (PassedOver(name="follow_up", language="fr", reason="is paused, not approved"),)
USABLE, UNUSABLE = Fallback(FOLLOW_UP, PAUSED), Fallback(None, PAUSED)
HOLD, REJECT, BY_TEMPLATE = WhenWindowClosed.HOLD, WhenWindowClosed.REJECT, WhenWindowClosed.TEMPLATE
WEEK = timedelta(days=7)


def workstream(policy: WhenWindowClosed, *, holds: bool = True) -> Workstream:
    """A workstream that holds replies for a week, if at all, with the margin of a minute that is usual."""
    replies = Replies(when_window_closed=policy, hold=Hold(enabled=holds))
    return Workstream(route_to_queue=RouteToQueue(fallback="general"), replies=replies)


@pytest.mark.parametrize(
    ("seconds", "plan"),
    [
        (0, AsWritten()),
        (23 * 3600, AsWritten()),
        (24 * 3600 - 61, AsWritten()),
        (24 * 3600 - 60, KeptBack(WEEK)),
        (24 * 3600, KeptBack(WEEK)),
        (30 * 24 * 3600, KeptBack(WEEK)),
    ],
)
def test_the_window_counts_as_closed_a_margin_before_it_is(seconds: float, plan: Plan) -> None:
    written = contact(window_from=ago(seconds=seconds))
    assert plan_for(TEXT, None, written, workstream(HOLD), NO_FALLBACK, NOW) == plan


def test_who_never_wrote_has_no_window() -> None:
    assert plan_for(TEXT, None, contact(window_from=None), workstream(HOLD), NO_FALLBACK, NOW) == KeptBack(WEEK)


@pytest.mark.parametrize("policy", WhenWindowClosed)
def test_a_template_goes_out_at_any_time_whatever_the_policy(policy: WhenWindowClosed) -> None:
    silent = contact(window_from=None, ping="r0")
    assert plan_for(TEMPLATE, None, silent, workstream(policy, holds=False), NO_FALLBACK, NOW) == AsWritten()


@pytest.mark.parametrize(
    ("asked", "usual", "holds", "pinged", "fallback", "plan"),
    [
        (None, HOLD, True, False, USABLE, KeptBack(WEEK)),
        (None, BY_TEMPLATE, True, False, USABLE, InItsPlace(FOLLOW_UP, WEEK, PAUSED)),
        (None, BY_TEMPLATE, False, False, USABLE, InItsPlace(FOLLOW_UP, None, PAUSED)),
        (None, BY_TEMPLATE, True, True, USABLE, KeptBack(WEEK)),
        (HOLD, BY_TEMPLATE, True, False, USABLE, KeptBack(WEEK)),
        (HOLD, REJECT, True, True, UNUSABLE, KeptBack(WEEK)),
        (BY_TEMPLATE, REJECT, True, False, USABLE, InItsPlace(FOLLOW_UP, WEEK, PAUSED)),
        (BY_TEMPLATE, HOLD, True, True, UNUSABLE, KeptBack(WEEK)),
        (BY_TEMPLATE, HOLD, True, False, UNUSABLE, KeptBack(WEEK, PAUSED)),
    ],
)
def test_outside_the_window_the_caller_decides_before_the_workstream(
    asked: WhenWindowClosed | None,
    usual: WhenWindowClosed,
    holds: bool,
    pinged: bool,
    fallback: Fallback,
    plan: Plan,
) -> None:
    """A template stands in once a window; a second reply waits beside it."""
    silent = contact(window_from=ago(hours=25), ping="r0" if pinged else None)
    assert plan_for(TEXT, asked, silent, workstream(usual, holds=holds), fallback, NOW) == plan


@pytest.mark.parametrize(
    ("asked", "holds", "pinged", "fallback", "why"),
    [
        (REJECT, True, False, USABLE, "replies are to be rejected"),
        (HOLD, False, False, USABLE, "holding replies is switched off"),
        (BY_TEMPLATE, False, False, UNUSABLE, "no template can stand in for the reply"),
        (BY_TEMPLATE, False, True, USABLE, "a template has already asked the customer to write"),
    ],
)
def test_what_can_not_go_out_says_why(
    asked: WhenWindowClosed, holds: bool, pinged: bool, fallback: Fallback, why: str
) -> None:
    silent = contact(window_from=ago(hours=25), ping="r0" if pinged else None)
    plan = plan_for(TEXT, asked, silent, workstream(HOLD, holds=holds), fallback, NOW)
    assert isinstance(plan, Impossible)
    assert why in plan.why
