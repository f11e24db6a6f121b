"""What the history says by itself: each change of a conversation's status, with its cause, in the team's language."""

from enum import StrEnum
from typing import Final

from shared.configuration.workstreams import Workstream
from shared.state.draft import Draft
from shared.vocabulary.identity import ulid
from shared.vocabulary.message import Author, Message
from shared.vocabulary.words import AuthorType, Direction, MessageKind


class Line(StrEnum):
    """What happened."""

    ASSIGNED = "assigned"
    TAKEN = "taken"
    ASSIGNED_BY = "assigned_by"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OFFER_MISSED = "offer_missed"
    OFFER_WITHDRAWN = "offer_withdrawn"
    RETURNED_TO_AGENT = "returned_to_agent"
    RETURNED_TO_QUEUE = "returned_to_queue"
    CUSTOMER_WROTE = "customer_wrote"
    WAIT_OVER = "wait_over"
    WAIT_OVER_IN_QUEUE = "wait_over_in_queue"
    AGENT_ABSENT = "agent_absent"
    RELEASED = "released"
    TRANSFERRED_TO_QUEUE = "transferred_to_queue"
    TRANSFERRED_TO_AGENT = "transferred_to_agent"
    OVERFLOWED = "overflowed"
    DRAINED = "drained"
    SET_ASIDE = "set_aside"
    SET_ASIDE_BY_RULE = "set_aside_by_rule"
    WRAPPED_UP = "wrapped_up"
    CLOSED_BY = "closed_by"
    WRAP_UP_OVER = "wrap_up_over"
    AUTO_CLOSED = "auto_closed"
    CLOSED_BY_OVERFLOW = "closed_by_overflow"
    CLOSED_AT_ONCE = "closed_at_once"
    CUSTOMER_SILENT = "customer_silent"
    AGENT_SILENT = "agent_silent"
    OPTED_OUT = "opted_out"
    RESUMED = "resumed"
    MERGED = "merged"
    RULES_FAILED = "rules_failed"
    NOT_SENT = "not_sent"
    TAKEN_OVER = "taken_over"
    DRAFT_EXPIRED = "draft_expired"
    HELD_AFTER_ALL = "held_after_all"
    REPLACED_AFTER_ALL = "replaced_after_all"
    WINDOW_HAD_CLOSED = "window_had_closed"


_TEXTS: Final[dict[str, dict[Line, str]]] = {
    "en": {
        Line.ASSIGNED: "Assigned to {agent}.",
        Line.TAKEN: "Taken by {agent}.",
        Line.ASSIGNED_BY: "Assigned to {agent} by {by}.",
        Line.OFFERED: "Offered to {agent}.",
        Line.ACCEPTED: "Accepted by {agent}.",
        Line.DECLINED: "Declined by {agent}.",
        Line.OFFER_MISSED: "{agent} did not answer the offer.",
        Line.OFFER_WITHDRAWN: "The offer to {agent} was withdrawn.",
        Line.RETURNED_TO_AGENT: "The customer wrote: back to {agent}.",
        Line.RETURNED_TO_QUEUE: "The customer wrote, and {agent} is not there: back to the queue {queue}.",
        Line.CUSTOMER_WROTE: "The customer wrote: back to the queue {queue}.",
        Line.WAIT_OVER: "The wait is over: back to {agent}.",
        Line.WAIT_OVER_IN_QUEUE: "The wait is over, and {agent} is not there: back to the queue {queue}.",
        Line.AGENT_ABSENT: "{agent} is gone while the customer waits: back to the queue {queue}.",
        Line.RELEASED: "Released by {by}: back to the queue {queue}.",
        Line.TRANSFERRED_TO_QUEUE: "Transferred by {by} to the queue {queue}.",
        Line.TRANSFERRED_TO_AGENT: "Transferred by {by} to {agent}.",
        Line.OVERFLOWED: "Overflow: moved to the queue {queue}.",
        Line.DRAINED: "The queue was drained: moved to the queue {queue}.",
        Line.SET_ASIDE: "Set aside by {by}.",
        Line.SET_ASIDE_BY_RULE: "Set aside: nobody wrote for a while.",
        Line.WRAPPED_UP: "{by} is wrapping up.",
        Line.CLOSED_BY: "Closed by {by}.",
        Line.WRAP_UP_OVER: "Closed: the time for wrapping up is over.",
        Line.AUTO_CLOSED: "Closed: nothing happened for too long.",
        Line.CLOSED_BY_OVERFLOW: "Closed: the queue {queue} overflowed.",
        Line.CLOSED_AT_ONCE: "Closed: there is nothing to answer.",
        Line.CUSTOMER_SILENT: "Closed: the customer did not answer.",
        Line.AGENT_SILENT: "Closed: nobody answered.",
        Line.OPTED_OUT: "The customer does not want any more messages.",
        Line.RESUMED: "The customer takes messages again.",
        Line.MERGED: "Closed: the customer's other conversation goes on.",
        Line.RULES_FAILED: "The rules failed ({by}): the fallback queue took this.",
        Line.NOT_SENT: "The automated message {by} was not sent: the 24-hour window is closed.",
        Line.TAKEN_OVER: "{by} took over a held reply of {agent}.",
        Line.DRAFT_EXPIRED: "A draft of {by} expired: nobody decided on it.",
        Line.HELD_AFTER_ALL: "The 24-hour window had closed: a reply of {by} is held until the customer writes.",
        Line.REPLACED_AFTER_ALL: "The 24-hour window had closed: for a reply of {by} a template went out.",
        Line.WINDOW_HAD_CLOSED: "The 24-hour window had closed: a reply of {by} did not arrive.",
    },
    "fr": {
        Line.ASSIGNED: "Attribuée à {agent}.",
        Line.TAKEN: "Prise par {agent}.",
        Line.ASSIGNED_BY: "Attribuée à {agent} par {by}.",
        Line.OFFERED: "Proposée à {agent}.",
        Line.ACCEPTED: "Acceptée par {agent}.",
        Line.DECLINED: "Refusée par {agent}.",
        Line.OFFER_MISSED: "{agent} n’a pas répondu à la proposition.",
        Line.OFFER_WITHDRAWN: "La proposition à {agent} a été retirée.",
        Line.RETURNED_TO_AGENT: "Le client a écrit : de retour chez {agent}.",
        Line.RETURNED_TO_QUEUE: "Le client a écrit et {agent} est absent : de retour dans la file {queue}.",
        Line.CUSTOMER_WROTE: "Le client a écrit : de retour dans la file {queue}.",
        Line.WAIT_OVER: "Fin de la mise en attente : de retour chez {agent}.",
        Line.WAIT_OVER_IN_QUEUE: "Fin de la mise en attente ; {agent} est absent : de retour dans la file {queue}.",
        Line.AGENT_ABSENT: "{agent} est absent alors que le client attend : de retour dans la file {queue}.",
        Line.RELEASED: "Libérée par {by} : de retour dans la file {queue}.",
        Line.TRANSFERRED_TO_QUEUE: "Transférée par {by} à la file {queue}.",
        Line.TRANSFERRED_TO_AGENT: "Transférée par {by} à {agent}.",
        Line.OVERFLOWED: "Débordement : passée à la file {queue}.",
        Line.DRAINED: "La file a été vidée : passée à la file {queue}.",
        Line.SET_ASIDE: "Mise en attente par {by}.",
        Line.SET_ASIDE_BY_RULE: "Mise en attente : personne n’a écrit depuis un moment.",
        Line.WRAPPED_UP: "{by} termine le dossier.",
        Line.CLOSED_BY: "Fermée par {by}.",
        Line.WRAP_UP_OVER: "Fermée : le temps de clôture est écoulé.",
        Line.AUTO_CLOSED: "Fermée : rien ne s’est passé depuis trop longtemps.",
        Line.CLOSED_BY_OVERFLOW: "Fermée : la file {queue} déborde.",
        Line.CLOSED_AT_ONCE: "Fermée : il n’y a rien à répondre.",
        Line.CUSTOMER_SILENT: "Fermée : le client n’a pas répondu.",
        Line.AGENT_SILENT: "Fermée : personne n’a répondu.",
        Line.OPTED_OUT: "Le client ne veut plus recevoir de messages.",
        Line.RESUMED: "Le client accepte de nouveau les messages.",
        Line.MERGED: "Fermée : l’autre conversation du client continue.",
        Line.RULES_FAILED: "Les règles ont échoué ({by}) : la file de repli a pris ceci.",
        Line.NOT_SENT: "Le message automatique {by} n’a pas été envoyé : la fenêtre de 24 heures est fermée.",
        Line.TAKEN_OVER: "{by} a repris une réponse en attente de {agent}.",
        Line.DRAFT_EXPIRED: "Un brouillon de {by} a expiré : personne n’en a décidé.",
        Line.HELD_AFTER_ALL: "La fenêtre de 24 heures s’était fermée : une réponse de {by} attend le client.",
        Line.REPLACED_AFTER_ALL: "La fenêtre de 24 heures s’était fermée : un modèle remplace une réponse de {by}.",
        Line.WINDOW_HAD_CLOSED: "La fenêtre de 24 heures s’était fermée : une réponse de {by} n’est pas arrivée.",
    },
}
_ELSE: Final = "en"


def add_system_line(
    draft: Draft, line: Line, workstream: Workstream | None, *, agent: str | None = None, by: str | None = None
) -> None:
    """Add a line of the app's own to the conversation's history, in the workstream's first language that it has.

    Args:
        workstream: None when the configuration does not have it any more.
        agent, by: The names that the line may say.
    """
    conversation = draft.contact.conversation
    if conversation is None:
        return
    languages = workstream.languages if workstream else ()
    language = next((each for each in (one.split("_")[0] for one in languages) if each in _TEXTS), _ELSE)
    text = _TEXTS[language][line].format(agent=agent or "–", by=by or "–", queue=conversation.queue)
    draft.add_line(
        Message(
            message_id=ulid(draft.now, conversation.id, line, str(draft.contact.counter)),
            conversation_id=conversation.id,
            direction=Direction.INTERNAL,
            author=Author(type=AuthorType.SYSTEM),
            kind=MessageKind.NOTE,
            at=draft.now,
            text=text,
        )
    )
