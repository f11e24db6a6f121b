"""What WhatsApp's refusals mean: in plain words, whether trying again helps, and what a person can do.

Codes are Meta's, as strings; source: WhatsApp Business Platform, "Error codes". The code decides, never the text. One
is the app's own: `in_doubt`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.vocabulary.message import Failure


class Remedy(StrEnum):
    """What the app does about a refusal.

    `retry`: the same message soon again, `retry_few` only a few times. `slow_down`: again later, and no more than one
    message each few seconds to this customer. `back_off`: nothing goes out on the channel for a moment.
    `stop_channel`: nothing goes out until one message, tried now and then, is taken again; the others wait.
    `fall_back`: a template goes out. `stop_template`: the message is given up, and nobody uses its template for now.
    """

    RETRY = "retry"
    RETRY_FEW = "retry_few"
    SLOW_DOWN = "slow_down"
    BACK_OFF = "back_off"
    FALL_BACK = "fall_back"
    GIVE_UP = "give_up"
    STOP_TEMPLATE = "stop_template"
    STOP_CHANNEL = "stop_channel"


@dataclass(frozen=True, slots=True)
class _Meaning:
    """A row of the table; `retryable`: whether an agent may send the message again once it has failed."""

    words: str
    remedy: Remedy
    hint: str = ""
    retryable: bool = True


def _final(words: str, hint: str = "", *, retryable: bool = False) -> _Meaning:
    return _Meaning(words, Remedy.GIVE_UP, hint, retryable)


_CHECK_SETUP: Final = "Check the number's registration and permissions in WhatsApp Manager."
_STOPPED: Final = "The channel can't send until this is settled in WhatsApp Manager."
_RENEW: Final = "The app's access token at Meta must be renewed, or be given its permissions again."
_REFRESH: Final = "Compare the template in the configuration with the one that WhatsApp approved."

WINDOW_CLOSED: Final = "131047"
PAIR_RATE: Final = "131056"
OPTED_OUT: Final = "131050"
IN_DOUBT: Final = "in_doubt"
NOT_PROVEN: Final = "appsecret_proof"
"""No code of Meta's, which calls it an invalid parameter like any other: calls are not signed as its app demands."""

_NO_RIGHT: Final = _Meaning("The app may not do this at WhatsApp", Remedy.STOP_CHANNEL, _RENEW)
_NOT_REGISTERED: Final = _Meaning("The number's registration is not complete", Remedy.STOP_CHANNEL, _CHECK_SETUP)

_MEANINGS: Final = {
    "0": _Meaning("The app is not known at WhatsApp any more", Remedy.STOP_CHANNEL, _RENEW),
    "1": _Meaning("WhatsApp had an unknown problem", Remedy.RETRY_FEW),
    "2": _Meaning("WhatsApp is unavailable for the moment", Remedy.RETRY),
    "3": _NO_RIGHT,
    "4": _Meaning("The app's rate limit is reached", Remedy.BACK_OFF),
    "10": _NO_RIGHT,
    "33": _Meaning(
        "The number is gone, or the app does not reach it any more",
        Remedy.STOP_CHANNEL,
        "Look in WhatsApp Manager whether the number is there, and whether the app's user has it.",
    ),
    "100": _final("A parameter is not valid"),
    "190": _Meaning("The app's access has ended", Remedy.STOP_CHANNEL, _RENEW),
    **dict.fromkeys(map(str, range(200, 300)), _NO_RIGHT),
    "368": _Meaning("The account is blocked for a breach of policy", Remedy.STOP_CHANNEL, _STOPPED),
    "80007": _Meaning("The account's rate limit is reached", Remedy.BACK_OFF),
    "130403": _final("The business has blocked this customer", "Unblock the customer to write again."),
    "130429": _Meaning("The number's throughput limit is reached", Remedy.BACK_OFF),
    "130472": _final("The customer's number takes part in an experiment of Meta's"),
    "130497": _final("The business may not write to customers in that country"),
    "131000": _Meaning("Something went wrong at WhatsApp", Remedy.RETRY_FEW),
    "131005": _Meaning("Permission is missing", Remedy.STOP_CHANNEL, _CHECK_SETUP),
    "131008": _final("A required parameter is missing"),
    "131009": _final("A parameter's value is not valid"),
    "131016": _Meaning("WhatsApp's service is unavailable", Remedy.RETRY),
    "131021": _final("The customer's number is the channel's own"),
    "131026": _final(
        "The message can't be delivered to this customer",
        "The number may not be on WhatsApp, use an old version, or have blocked the business.",
    ),
    "131030": _final(
        "A test number writes to the numbers on its list only",
        "Put the customer's phone number on the list of the app at Meta, or use a number of your own.",
    ),
    "131031": _Meaning("The account is locked", Remedy.STOP_CHANNEL, _STOPPED),
    "131037": _Meaning("The number's display name is not approved", Remedy.STOP_CHANNEL, _CHECK_SETUP),
    "131042": _Meaning("There is a problem with the payment method", Remedy.STOP_CHANNEL, _STOPPED),
    "131045": _Meaning("The number's certificate is not valid", Remedy.STOP_CHANNEL, _CHECK_SETUP),
    WINDOW_CLOSED: _Meaning(
        "More than 24 hours have passed since the customer last wrote",
        Remedy.FALL_BACK,
        "Send a template, or hold the reply until the customer writes.",
    ),
    "131048": _Meaning(
        "The number is restricted, since too many customers reported its messages", Remedy.STOP_CHANNEL, _STOPPED
    ),
    "131049": _final("WhatsApp withheld the message to keep its service healthy", "Do not send it again for 24 hours."),
    OPTED_OUT: _final("The customer does not want marketing messages"),
    "131051": _final("This kind of message is not supported"),
    "131052": _final("The file could not be fetched", "The address must be reachable by WhatsApp.", retryable=True),
    "131053": _final("The file could not be uploaded", "Check its type and size.", retryable=True),
    "131055": _final("Marketing messages can't be sent like this"),
    PAIR_RATE: _Meaning("Too many messages to this customer in a short time", Remedy.SLOW_DOWN),
    "131057": _Meaning("The account is in maintenance", Remedy.RETRY),
    "131062": _final("An authentication template can't be sent to a customer without a phone number"),
    "131063": _final("Marketing messages are turned off for this number", "See its settings in WhatsApp Manager."),
    "131064": _final("The template's category does not allow this message", _REFRESH),
    "132000": _final("The number of template parameters is wrong", _REFRESH),
    "132001": _Meaning(
        "The template does not exist in that language, or is not approved",
        Remedy.STOP_TEMPLATE,
        _REFRESH,
        retryable=False,
    ),
    "132005": _final("The template's text is too long with these parameters"),
    "132007": _final("The template's content breaks a policy"),
    "132008": _final("The template's parameters are not valid", _REFRESH),
    "132012": _final("A template parameter has the wrong format", _REFRESH),
    "132015": _Meaning(
        "The template is paused", Remedy.STOP_TEMPLATE, "Use another template until its quality recovers."
    ),
    "132016": _Meaning("The template is disabled", Remedy.STOP_TEMPLATE, "Use another template.", retryable=False),
    "132018": _final("The template's parameters are not valid", _REFRESH),
    "132068": _final("The flow is blocked"),
    "132069": _Meaning("The flow is throttled", Remedy.RETRY),
    "133004": _Meaning("WhatsApp's server is unavailable", Remedy.RETRY),
    **dict.fromkeys(("133005", "133006", "133008", "133009"), _NOT_REGISTERED),
    "133010": _Meaning("The number is not registered", Remedy.STOP_CHANNEL, _CHECK_SETUP),
    **dict.fromkeys(("133015", "133016"), _NOT_REGISTERED),
    "135000": _final("WhatsApp did not take the message, and does not say why"),
    "137000": _final(
        "The customer's identity has changed since it was checked", "Check again who it is before you write."
    ),
    IN_DOUBT: _final(
        "Nobody knows whether WhatsApp took the message",
        "Look whether the customer has it before you send it again.",
        retryable=True,
    ),
    NOT_PROVEN: _Meaning(
        "The app secret is not that of the access token's app",
        Remedy.STOP_CHANNEL,
        "The app's secret and its access token must be those of one app at Meta.",
    ),
}

# What is no code of WhatsApp's: the service answered with an HTTP status, or not in a way that can be understood.
_NOT_ANSWERED: Final = re.compile(r"no_answer|no_receipt|address_expired|repeatability|401|403|408|429|5\d\d")
_SHAPE_CODES: Final = frozenset({"131008", "132000", "132012"})
_TEMPLATE_CODES: Final = _SHAPE_CODES | {"100", "132001", "132005", "132007", "132008", "132015", "132016", "132018"}
"""A parameter of another name than the template has is an invalid one like any other (100)."""


def remedy_for(code: str) -> Remedy:
    """Return what to do about a code; an unknown one is final."""
    return _MEANINGS[code].remedy if code in _MEANINGS else Remedy.GIVE_UP


def is_known(code: str) -> bool:
    """Tell whether the table has a code."""
    return code in _MEANINGS


def is_retryable(failure: Failure) -> bool:
    """Tell whether an agent may send a failed message again; of a code that is not WhatsApp's, the failure says it."""
    meaning = _MEANINGS.get(failure.code)
    return meaning.retryable if meaning else failure.retryable


def blames_template(code: str) -> bool:
    """Tell whether a code says that it is the template which could not go out: gone, paused, or not as it is listed.

    Then the list may be out of date, and another template may go out.
    """
    return code in _TEMPLATE_CODES


def is_about_shape(code: str) -> bool:
    """Tell whether a code says of a template that the values given are not those that its definition asks for.

    WhatsApp calls a button's value that is missing a required parameter (131008), and a file something of the wrong
    format (132012).
    """
    return code in _SHAPE_CODES


def explain(code: str, message: str) -> Failure:
    """Return a refusal as the history shows it; `message` is the channel's own text, for a code that is not known."""
    if meaning := _MEANINGS.get(code):
        return Failure(code=code, message=meaning.words, retryable=meaning.retryable, hint=meaning.hint)
    retryable = _NOT_ANSWERED.fullmatch(code) is not None
    return Failure(code=code, message=message or "The channel refused the message", retryable=retryable)
