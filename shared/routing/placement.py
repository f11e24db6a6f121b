"""Where a conversation that starts goes: classified and put into a queue by its workstream's rules.

Pure but for the log lines that say that rules failed, or set a skill twice.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.configuration.channels import Channel
from shared.intake.events import InboundMessage
from shared.logs import log
from shared.rules import Action, Facts, WorkstreamRules
from shared.rules.decision import Decision
from shared.state.contact import Contact
from shared.state.conversation import NeededSkill
from shared.vocabulary.words import MessageKind, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What the rules say of a new conversation; `language` is the contact's from now on, unless it is None.

    Attributes:
        overflow: What the overflow of the queue does at once; None where the queue takes the conversation.
        overflow_again_at: When to look again at an overflow that keeps it only since another queue is closed.
        route_rule: The rule that chose the queue, if it has a name.
        matched: The names of the rules that matched.
        failure: What kept the rules from deciding, so that the fallback queue takes it.
    """

    queue: str
    overflow: Action | None
    overflow_again_at: datetime | None
    priority: Priority
    skills: tuple[NeededSkill, ...]
    variables: Mapping[str, str | int | float | bool]
    language: str | None
    route_rule: str | None
    matched: tuple[str, ...]
    failure: str | None


def place(decision: Decision, workstream: str) -> Placement:
    """Return what the decision of a workstream's rules means for the conversation."""
    found, surprise = decision.classification, decision.surprise
    if surprise:
        log("rules.failed", level=logging.ERROR, error=surprise, workstream=workstream)
    if again := decision.classified.skills_set_again:
        log("rules.skills_set_again", skills=again, workstream=workstream)
    return Placement(
        queue=decision.queue,
        overflow=decision.action,
        overflow_again_at=decision.choice.overflow_again_at,
        priority=found.priority,
        skills=tuple(NeededSkill(name=skill.name, level=skill.level) for skill in found.skills),
        variables=found.variables,
        language=found.language,
        route_rule=decision.choice.rule.name if decision.choice.rule else None,
        matched=decision.matched(),
        failure=type(surprise).__name__ if surprise else None,
    )


def facts_of(event: InboundMessage, contact: Contact, channel: Channel, rules: WorkstreamRules, now: datetime) -> Facts:
    """Return what the rules may ask about a message that starts a conversation."""
    tapped = event.choice
    return Facts(
        now=now.astimezone(rules.time_zone),
        message_kind=event.kind,
        channel_name=channel.name,
        channel_id=channel.key,
        message_text=event.text or (event.media.caption if event.media else None),
        message_button=(tapped.payload or tapped.id) if tapped and event.kind is MessageKind.BUTTON else None,
        message_list=tapped.id if tapped and event.kind is MessageKind.LIST else None,
        contact_phone=contact.phone,
        contact_bsuid=contact.bsuid,
        contact_language=contact.language,
        contact_name=contact.shown_name,
        contact_returning=contact.conversation is not None,
    )
