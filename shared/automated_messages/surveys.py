"""The survey: a question once a conversation is closed, and what counts as its answer. Pure."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.automated_messages.saying import in_words, say, send_by_itself
from shared.configuration import preferred_languages
from shared.configuration.document import Configuration
from shared.configuration.keywords import LONGEST, keyword
from shared.configuration.messages import Survey as SurveySettings
from shared.configuration.workstreams import Workstream
from shared.intake.events import InboundMessage
from shared.replies.reply_context import ReplyContext
from shared.replies.template_filling import template_content
from shared.replies.template_problems import value_problems
from shared.state.contact import AwaitedSurvey
from shared.state.conversation import Conversation, Survey, SurveyStatus
from shared.state.draft import Draft
from shared.state.session_window import window_open
from shared.vocabulary.identity import digest
from shared.vocabulary.message import Content, TemplateUse
from shared.vocabulary.words import ClosureReason, MessageKind, Trigger

NEVER_AFTER: Final = (
    ClosureReason.OVERFLOW_CLOSED,
    ClosureReason.WAITING_OVERFLOW_CLOSED,
    ClosureReason.OPTED_OUT,
    ClosureReason.MERGED,
)
_STARS: Final = "⭐★🌟✭"
_EMPTY_STARS: Final = "☆✩"
_OF_SCALE: Final = re.compile(r"(\d{1,2})(?:\s*/\s*(\d{1,2}))?")
_KEYCAP: Final = "\u20e3"


def ask_survey(draft: Draft, context: ReplyContext, agent_name: str | None) -> bool:
    """Ask about the conversation that this draft closes, if it is to be asked about; whether the customer is asked.

    Args:
        agent_name: What `{agent.name}` stands for.
    """
    conversation = draft.contact.conversation
    workstream = context.configuration.workstreams.get(conversation.workstream) if conversation else None
    settings = workstream.survey if workstream else None
    if conversation is None or workstream is None or settings is None or not _is_asked_about(conversation, settings):
        return False
    question = _question(draft, settings, workstream, context, agent_name)
    if isinstance(question, str):
        draft.update_conversation(survey=Survey(status=SurveyStatus.SKIPPED, reason=question, at=draft.now))
        return False
    send_by_itself(draft, Trigger.SURVEY, question, conversation)
    expire(draft)
    awaited = AwaitedSurvey(
        conversation_id=conversation.id,
        expires_at=draft.now + settings.expires_after,
        template=question.template is not None,
    )
    draft.update(awaited_survey=awaited)
    draft.update_conversation(survey=Survey(status=SurveyStatus.ASKED, at=draft.now))
    return True


def expire(draft: Draft) -> None:
    """Note that nobody has answered the awaited survey, if that is so."""
    conversation = draft.surveyed
    if conversation and conversation.survey and conversation.survey.status is SurveyStatus.ASKED:
        draft.put_conversation(replace(conversation, survey=Survey(status=SurveyStatus.EXPIRED, at=draft.now)))


def take_answer(draft: Draft, event: InboundMessage, at: datetime, configuration: Configuration) -> Conversation | None:
    """Note the answer that a message gives to the awaited survey; the conversation that it is about, None for none."""
    awaited, conversation = draft.contact.awaited_survey, draft.surveyed
    settings = _settings(conversation, configuration)
    if awaited is None or conversation is None or settings is None:
        return None
    score = _score_of(event, settings)
    if score is None or not (_is_tap(event, awaited) or _may_be_answered(draft, awaited, at)):
        return None
    answer = Survey(status=SurveyStatus.ANSWERED, at=at, score=score, text=_words(event))
    conversation = replace(conversation, survey=answer)
    draft.put_conversation(conversation)
    # A template's buttons stay on the phone: whoever taps another one has thought again.
    draft.update(awaited_survey=replace(awaited, over=True) if awaited.template else None)
    return conversation


def thank(draft: Draft, conversation: Conversation, configuration: Configuration) -> None:
    """Thank for the answer, in the conversation that it is about."""
    settings = _settings(conversation, configuration)
    if settings and settings.thanks:
        say(draft, Trigger.SURVEY_THANKS, settings.thanks, conversation, configuration)


def score_in(text: str, settings: SurveySettings) -> int | None:
    """Return the score that a text as a whole is: a number of the scale, that many stars, or one of the answers.

    A number may be written as `4/5`, as a keycap emoji, and in the digits of any script.
    """
    if len(text) > LONGEST:
        return None
    said = keyword(text)
    if said in settings.scores:
        return settings.scores[said]
    score = _number(said, settings.scale) or _stars(text)
    return score if score and 1 <= score <= settings.scale else None


def _is_asked_about(conversation: Conversation, settings: SurveySettings) -> bool:
    closure = conversation.closure
    if conversation.answered_at is None or conversation.survey or closure is None or closure.reason in NEVER_AFTER:
        return False
    return int(digest("survey", conversation.id)[:8], 16) % 100 < settings.sample


def _question(
    draft: Draft, settings: SurveySettings, workstream: Workstream, context: ReplyContext, agent_name: str | None
) -> Content | str:
    """Return the question as it goes out: its text while the window is open, else the template; or why not at all."""
    contact, name = draft.contact, settings.template
    if contact.opted_out:
        return "opted_out"
    if settings.question and window_open(contact, draft.now, workstream.replies.margin):
        return in_words(contact, settings.question, workstream, context.configuration, agent_name)
    if name is None:
        return "window_closed"
    template = context.configuration.templates[name]
    for language in preferred_languages(template.languages, draft.contact.language, workstream):
        use = TemplateUse(name=name, language=context.spelling(name, language))
        if not context.obstacles(name, language) and not any(value_problems(use, context)):
            return template_content(use, context)
    return "template_not_approved"


def _settings(conversation: Conversation | None, configuration: Configuration) -> SurveySettings | None:
    workstream = configuration.workstreams.get(conversation.workstream) if conversation else None
    return workstream.survey if workstream else None


def _is_tap(event: InboundMessage, awaited: AwaitedSurvey) -> bool:
    return awaited.template and event.kind is MessageKind.BUTTON


def _may_be_answered(draft: Draft, awaited: AwaitedSurvey, at: datetime) -> bool:
    """Tell whether words may answer: in time, and the talk has not gone on since."""
    conversation = draft.contact.conversation
    nothing_since = not awaited.team_wrote and (conversation is None or conversation.closed)
    return nothing_since and at < awaited.expires_at and not awaited.over


def _score_of(event: InboundMessage, settings: SurveySettings) -> int | None:
    if event.kind not in (MessageKind.TEXT, MessageKind.BUTTON, MessageKind.LIST):
        return None
    choice = event.choice
    said = (event.text, choice.title if choice else None, choice.payload if choice else None)
    return next((score for text in said if text and (score := score_in(text, settings))), None)


def _words(event: InboundMessage) -> str | None:
    return event.text or (event.choice.title or event.choice.payload if event.choice else None)


def _number(said: str, scale: int) -> int | None:
    if said == "🔟":
        return 10
    digits = "".join(str(unicodedata.digit(each, each)) for each in said if each != _KEYCAP)
    found = _OF_SCALE.fullmatch(digits)
    return int(found[1]) if found and (found[2] is None or int(found[2]) == scale) else None


def _stars(text: str) -> int | None:
    """Return how many stars a text of stars alone has; hollow ones behind them count nothing."""
    stars = keyword(text).replace(" ", "").rstrip(_EMPTY_STARS)
    return len(stars) if stars and not stars.strip(_STARS) else None
