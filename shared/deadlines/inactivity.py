"""The deadlines of the inactivity rules: what a silence leads to. Pure.

Only customers and agents break a silence. Each rule acts once in it; of several with one time, the first in the file.
"""

from collections.abc import Iterator
from datetime import datetime

from shared.automated_messages.saying import say
from shared.configuration.document import Configuration
from shared.configuration.lifecycle import InactivityAction, InactivityRule, SilentParty
from shared.configuration.workstreams import Workstream
from shared.deadlines.auto_close import closes_at
from shared.deadlines.going_on import going_on
from shared.lifecycle import moves
from shared.lifecycle.system_lines import Line, add_system_line
from shared.state.contact import Contact
from shared.state.conversation import Conversation
from shared.state.draft import Draft
from shared.state.silence import note_rules
from shared.state.team import Team, TeamNeeds
from shared.vocabulary.words import AuthorType, ClosureReason, ConversationStatus, Trigger

_SILENT = {AuthorType.AGENT: SilentParty.CUSTOMER, AuthorType.CUSTOMER: SilentParty.AGENT}
"""Who is silent, by who wrote last."""


def next_rule_acts_at(contact: Contact, configuration: Configuration) -> datetime | None:
    """Return when the next rule acts, if nobody writes until then."""
    found = going_on(contact, configuration)
    return min((at for at, _ in _to_come(contact, *found)), default=None) if found else None


def inactivity_needs(contact: Contact, configuration: Configuration) -> TeamNeeds:
    """Ask for the agent whose name a text may mention."""
    found = going_on(contact, configuration)
    if found is None or found[0].agent is None:
        return TeamNeeds()
    texts = [text for rule in found[1].inactivity for text in (rule.message or {}).values()]
    named = any("agent.name" in text.names for text in texts)
    return TeamNeeds(agents=frozenset((found[0].agent,)) if named else frozenset())


def act_on_silence(draft: Draft, configuration: Configuration, team: Team) -> None:
    """Do what the rules say whose time has come."""
    if (found := going_on(draft.contact, configuration)) is None:
        return
    conversation, workstream = found
    due = sorted((each for each in _to_come(draft.contact, *found) if each[0] <= draft.now), key=lambda each: each[0])
    note_rules(draft, (rule.after for _, rule in due))
    ends = next((rule for _, rule in due if rule.do is InactivityAction.CLOSE), None)
    if ends:  # a question that comes with its end would be none
        _close(draft, ends, workstream)
        return
    agent = team.agent(conversation.agent)
    for _, rule in due:
        if rule.do is InactivityAction.WAIT:
            moves.set_aside(draft)
            add_system_line(draft, Line.SET_ASIDE_BY_RULE, workstream)
        elif rule.message and not draft.contact.opted_out:
            name = agent.name if agent else None
            say(draft, Trigger.INACTIVITY, rule.message, conversation, configuration, name)


def _to_come(
    contact: Contact, conversation: Conversation, workstream: Workstream
) -> Iterator[tuple[datetime, InactivityRule]]:
    """Yield the rules that have not acted in the silence that lasts, with the time of each."""
    silence, status = conversation.silence, conversation.status
    if silence is None or status is ConversationStatus.WRAP_UP:
        return
    silent = _SILENT[silence.after]
    if silent is SilentParty.CUSTOMER and (status is ConversationStatus.OPEN or conversation.waiting_since):
        return  # whoever waits for an agent owes nobody an answer, nor one whose answer failed or expired
    known: set[float] = set(silence.acted)
    for rule in workstream.inactivity:
        seconds = rule.after.total_seconds()
        if rule.silent is not silent or seconds in known:
            continue
        known.add(seconds)
        at = silence.since + rule.after
        if silence.passed_until and at <= silence.passed_until:
            continue
        if rule.do is InactivityAction.WAIT and status is not ConversationStatus.ACTIVE:
            continue
        yield (closes_at(at, contact, workstream) if rule.do is InactivityAction.CLOSE else at), rule


def _close(draft: Draft, rule: InactivityRule, workstream: Workstream) -> None:
    by_customer = rule.silent is SilentParty.CUSTOMER
    add_system_line(draft, Line.CUSTOMER_SILENT if by_customer else Line.AGENT_SILENT, workstream)
    moves.close(draft, ClosureReason.CUSTOMER_SILENT_RULE if by_customer else ClosureReason.AGENT_SILENT_RULE)
