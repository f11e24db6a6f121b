"""Surveys and opt-out words: what a message as a whole may say has one meaning."""

from collections.abc import Iterator, Sequence

from shared.configuration.checks.findings import Finding, counted
from shared.configuration.document import Configuration
from shared.configuration.keywords import keyword
from shared.configuration.messages import Survey
from shared.configuration.problems import Location
from shared.configuration.workstreams import Workstream


def check_survey(configuration: Configuration, workstream: Workstream) -> Iterator[Finding]:
    """Find a survey that asks nothing, or whose answers do not fit its scale."""
    survey = workstream.survey
    if survey is None:
        return
    place = ("workstreams", workstream.name, "survey")
    if not survey.question and not survey.template:
        yield place, "expected a question, a template, or both"
    scores = {str(score): score for score in range(1, survey.scale + 1)}
    for at, texts in _answer_lists(configuration, survey):
        where = at if at[0] == "templates" else (*place, *at)
        if len(texts) != survey.scale:
            yield where, f"{counted(len(texts), 'answer')}, but the scale has {survey.scale}"
        for index, text in enumerate(texts):
            known = scores.setdefault(keyword(text), index + 1)
            if not keyword(text):
                yield (*where, index), "expected a letter, a digit or a sign: nothing else is compared"
            elif known != index + 1:
                yield (*where, index), f"{text} is the answer for {known} already"


def _answer_lists(configuration: Configuration, survey: Survey) -> Iterator[tuple[Location, Sequence[str]]]:
    """Yield each list of answers with its place: in the survey, or at its template's buttons."""
    for language, answers in survey.answers.items():
        yield ("answers", language), answers
    if survey.buttons:
        yield ("buttons",), survey.buttons
    template = configuration.templates.get(survey.template or "")
    for language, text in template.languages.items() if template else ():
        if text.quick_replies:
            yield ("templates", survey.template or "", "languages", language, "buttons"), text.quick_replies


def check_keywords(workstream: Workstream) -> Iterator[Finding]:
    """Find words of the opt-out that say nothing, or have another meaning, too."""
    survey, words = workstream.survey, workstream.opt_out
    place = ("workstreams", workstream.name, "opt_out")
    answers = {*survey.scores, *map(str, range(1, survey.scale + 1))} if survey else set()
    for field, texts, other in (("keywords", words.keywords, frozenset[str]()), ("resume", words.resume, words.ends)):
        for index, text in enumerate(texts):
            said = keyword(text)
            if not said:
                yield (*place, field, index), "expected a letter, a digit or a sign: nothing else is compared"
            elif said in other:
                yield (*place, field, index), f"{text} stands under keywords, too"
            elif said in answers:
                yield (*place, field, index), f"{text} is an answer to the survey, too"
