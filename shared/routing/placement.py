"""Where a conversation that starts goes: classified and put into a queue by its workstream's rules.

Pure but for the log line that says that rules failed.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.configuration.document import Channel
from shared.intake.events import InboundMessage
from shared.logs import log
from shared.rules import Decision, Facts, WorkstreamRules
from shared.state.contact import Contact
from shared.state.conversation import NeededSkill
from shared.vocabulary.words import MessageKind, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What the rules say of a new conversation; `language` is the contact's from now on, unless it is None.

    `note` tells the agents if the rules failed, and the fallback queue took it.
    """

    queue: str
    priority: Priority
    skills: tuple[NeededSkill, ...]
    variables: Mapping[str, str | int | float | bool]
    language: str | None
    note: str | None


def place(
    event: InboundMessage, contact: Contact, channel: Channel, rules: WorkstreamRules, now: datetime
) -> Placement:
    """Apply the workstream's classification and its route-to-queue rules."""
    decision = decide_by_rules(event, contact, channel, rules, now)
    found, surprise = decision.classification, decision.surprise
    if surprise:
        log("rules.failed", level=logging.ERROR, error=surprise, workstream=channel.workstream)
    return Placement(
        queue=decision.queue,
        priority=found.priority,
        skills=tuple(NeededSkill(name=skill.name, level=skill.level) for skill in found.skills),
        variables=found.variables,
        language=found.language,
        note=f"The rules failed ({type(surprise).__name__}): the fallback queue took this." if surprise else None,
    )


def decide_by_rules(
    event: InboundMessage, contact: Contact, channel: Channel, rules: WorkstreamRules, now: datetime
) -> Decision:
    """Ask the rules about the conversation that a message starts."""
    tapped = event.choice
    facts = Facts(
        now=now.astimezone(rules.time_zone),
        message_kind=event.kind,
        channel_name=channel.name,
        channel_id=channel.id,
        message_text=event.text or (event.media.caption if event.media else None),
        message_button=(tapped.payload or tapped.id) if tapped and event.kind is MessageKind.BUTTON else None,
        message_list=tapped.id if tapped and event.kind is MessageKind.LIST else None,
        contact_phone=contact.phone,
        contact_bsuid=contact.bsuid,
        contact_language=contact.language,
        contact_name=contact.name,
        contact_returning=contact.conversation is not None,
    )
    return rules.decide(facts, contact.id)
