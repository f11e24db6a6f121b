"""The table of WhatsApp's codes: what the app does about each, and what an agent may do."""

import pytest

from shared.sending.failures import Remedy, blames_template, explain, is_retryable, remedy_for
from shared.vocabulary.message import Failure

CODES = {
    Remedy.RETRY: "2 131016 131057 132069 133004",
    Remedy.RETRY_FEW: "1 131000",
    Remedy.SLOW_DOWN: "131056",
    Remedy.BACK_OFF: "4 80007 130429",
    Remedy.FALL_BACK: "131047",
    Remedy.GIVE_UP: "100 130403 130472 130497 131008 131009 131021 131026 131030 131049 131050 131051 131052 131053"
    " 131055 131062 131063 131064 132000 132005 132007 132008 132012 132018 132068 135000 137000 4711 400 404 unknown",
    Remedy.STOP_TEMPLATE: "132001 132015 132016",
    Remedy.STOP_CHANNEL: "0 3 10 33 190 200 299 368 131005 131031 131037 131042 131045 131048"
    " 133005 133006 133008 133009 133010 133015 133016 appsecret_proof",
}
KNOWN = [(code, remedy) for remedy, codes in CODES.items() for code in codes.split()]
NOT_ANSWERED = ("no_answer", "no_receipt", "repeatability", "401", "403", "408", "429", "500", "503")


@pytest.mark.parametrize(("code", "remedy"), KNOWN)
def test_each_code_has_its_remedy(code: str, remedy: Remedy) -> None:
    assert remedy_for(code) is remedy


def test_which_codes_blame_a_template() -> None:
    """A parameter of another name than the template's is an invalid one like any other to WhatsApp (100)."""
    codes = {code for code, _ in KNOWN if blames_template(code)}
    of_templates = {code for code, _ in KNOWN if code.startswith("132") and not code.startswith("13206")}
    assert codes == {"100", "131008", *of_templates}


@pytest.mark.parametrize(("code", "remedy"), [each for each in KNOWN if each[1] is not Remedy.GIVE_UP])
def test_what_passes_may_be_sent_again(code: str, remedy: Remedy) -> None:
    retryable = code not in ("132001", "132016")
    assert explain(code, "").retryable == retryable, remedy
    assert is_retryable(Failure(code=code, message="", retryable=not retryable)) == retryable  # the table decides


@pytest.mark.parametrize("code", CODES[Remedy.GIVE_UP].split())
def test_what_is_final_may_not_but_for_a_file_that_could_not_be_had(code: str) -> None:
    assert explain(code, "").retryable == (code in ("131052", "131053"))


@pytest.mark.parametrize("code", NOT_ANSWERED)
def test_what_nobody_refused_may_be_sent_again(code: str) -> None:
    assert explain(code, "").retryable


@pytest.mark.parametrize("retryable", [False, True])
def test_of_a_code_that_is_not_whatsapps_the_failure_says_it(retryable: bool) -> None:
    assert is_retryable(Failure(code="address_expired", message="", retryable=retryable)) == retryable


@pytest.mark.parametrize("code", CODES[Remedy.STOP_CHANNEL].split())
def test_what_stops_a_channel_says_where_it_is_settled(code: str) -> None:
    hint = explain(code, "in other words").hint
    assert "WhatsApp Manager" in hint or "access token" in hint
    assert explain(code, "in other words").message != "in other words"
