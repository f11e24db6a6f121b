"""What WhatsApp's refusals mean: in plain words, whether trying again helps, and what a person can do.

Codes are Meta's, as strings; source: WhatsApp Business Platform, "Error codes". The code decides, never the text.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.vocabulary.message import Failure


class Remedy(StrEnum):
    """What the app does about a refusal."""

    RETRY = "retry"
    RETRY_FEW = "retry_few"
    SLOW_DOWN = "slow_down"
    FALL_BACK = "fall_back"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class _Meaning:
    words: str
    remedy: Remedy = Remedy.GIVE_UP
    hint: str = ""


_CHECK_SETUP: Final = "Check the number's registration and permissions in WhatsApp Manager."
_STOPPED: Final = "The channel can't send until this is settled in WhatsApp Manager."
_REFRESH: Final = "Compare the template in the configuration with the one that WhatsApp approved."

WINDOW_CLOSED: Final = "131047"
PAIR_RATE: Final = "131056"
OPTED_OUT: Final = "131050"

_MEANINGS: Final = {
    "1": _Meaning("WhatsApp had an unknown problem", Remedy.RETRY_FEW),
    "2": _Meaning("WhatsApp is unavailable for the moment", Remedy.RETRY),
    "4": _Meaning("The app's rate limit is reached", Remedy.RETRY),
    "33": _Meaning("A parameter or the number is not valid"),
    "100": _Meaning("A parameter is not valid"),
    "368": _Meaning("The account is blocked for a breach of policy", hint=_STOPPED),
    "80007": _Meaning("The account's rate limit is reached", Remedy.RETRY),
    "130429": _Meaning("The number's throughput limit is reached", Remedy.RETRY),
    "130472": _Meaning("The customer's number takes part in an experiment of Meta's"),
    "130497": _Meaning("The business may not write to customers in that country"),
    "131000": _Meaning("Something went wrong at WhatsApp", Remedy.RETRY_FEW),
    "131005": _Meaning("Permission is missing", hint=_CHECK_SETUP),
    "131008": _Meaning("A required parameter is missing"),
    "131009": _Meaning("A parameter's value is not valid"),
    "131016": _Meaning("WhatsApp's service is unavailable", Remedy.RETRY),
    "131021": _Meaning("The customer's number is the channel's own"),
    "131026": _Meaning(
        "The message can't be delivered to this customer",
        hint="The number may not be on WhatsApp, use an old version, or have blocked the business.",
    ),
    "131031": _Meaning("The account is locked", hint=_STOPPED),
    "131037": _Meaning("The number's display name is not approved", hint=_CHECK_SETUP),
    "131042": _Meaning("There is a problem with the payment method", hint=_STOPPED),
    "131045": _Meaning("The number's certificate is not valid", hint=_CHECK_SETUP),
    WINDOW_CLOSED: _Meaning(
        "More than 24 hours have passed since the customer last wrote",
        Remedy.FALL_BACK,
        "Send a template, or hold the reply until the customer writes.",
    ),
    "131048": _Meaning("The number is restricted, since too many customers reported its messages", hint=_STOPPED),
    "131049": _Meaning(
        "WhatsApp withheld the message to keep its service healthy", hint="Do not send it again for 24 hours."
    ),
    OPTED_OUT: _Meaning("The customer does not want marketing messages"),
    "131051": _Meaning("This kind of message is not supported"),
    "131052": _Meaning("The file could not be fetched", hint="The address must be reachable by WhatsApp."),
    "131053": _Meaning("The file could not be uploaded", hint="Check its type and size."),
    PAIR_RATE: _Meaning("Too many messages to this customer in a short time", Remedy.SLOW_DOWN),
    "131057": _Meaning("The account is in maintenance", Remedy.RETRY),
    "131062": _Meaning("An authentication template can't be sent to a customer without a phone number"),
    "132000": _Meaning("The number of template parameters is wrong", hint=_REFRESH),
    "132001": _Meaning("The template does not exist in that language, or is not approved", hint=_REFRESH),
    "132005": _Meaning("The template's text is too long with these parameters"),
    "132007": _Meaning("The template's content breaks a policy"),
    "132012": _Meaning("A template parameter has the wrong format", hint=_REFRESH),
    "132015": _Meaning("The template is paused", hint="Use another template until its quality recovers."),
    "132016": _Meaning("The template is disabled", hint="Use another template."),
    "132068": _Meaning("The flow is blocked"),
    "132069": _Meaning("The flow is throttled", Remedy.RETRY),
    "133004": _Meaning("WhatsApp's server is unavailable", Remedy.RETRY),
    "133010": _Meaning("The number is not registered", hint=_CHECK_SETUP),
}

_LIST_CODES: Final = frozenset({"132001", "132005", "132007", "132015", "132016"})
_SHAPE_CODES: Final = frozenset({"131008", "132000", "132012"})


def remedy_for(code: str) -> Remedy:
    """Return what to do about a code; an unknown one is final."""
    return _MEANINGS[code].remedy if code in _MEANINGS else Remedy.GIVE_UP


def outdates_list(code: str) -> bool:
    """Tell whether a code says that a template is not as it was listed: gone, paused, or with a longer text."""
    return code in _LIST_CODES


def is_about_shape(code: str) -> bool:
    """Tell whether a code says of a template that the values given are not those that its definition asks for.

    WhatsApp calls a button's value that is missing a required parameter (131008), and a file something of the wrong
    format (132012).
    """
    return code in _SHAPE_CODES


def explain(code: str, message: str) -> Failure:
    """Return a refusal as the history shows it; `message` is the channel's own text, for a code that is not known."""
    meaning = _MEANINGS.get(code)
    if meaning is None:
        return Failure(code=code, message=message or "The channel refused the message")
    retryable = meaning.remedy is not Remedy.GIVE_UP
    return Failure(code=code, message=meaning.words, retryable=retryable, hint=meaning.hint)
