"""What each answer of the Cloud API means for the message: Meta's code decides, never the status alone."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from shared.adapters.whatsapp_cloud_errors import is_not_known, outcome_of, pause_asked
from shared.adapters.whatsapp_cloud_graph import Answer
from shared.sending.channel import Accepted, Outcome, Postponed, Refusal

TAKEN = {"messages": [{"id": "wamid.HBgL=="}]}


def read(body: Any, status: int = 400, **headers: str) -> Outcome:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return outcome_of(Answer(status=status, headers=CIMultiDict(given), body=body), lambda said: said)


def error(code: object, **more: Any) -> dict[str, Any]:
    return {"error": {"message": "(#1) Said", "type": "OAuthException", "code": code, **more}}


@pytest.mark.parametrize("status", [None, "accepted", "held_for_quality_assessment", "paused", "something new"])
def test_an_id_means_that_it_was_taken(status: str | None) -> None:
    told = {} if status is None else {"message_status": status}
    body = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.HBgL==", **told}]}
    assert read(body, 200) == Accepted(message_id="wamid.HBgL==")


@pytest.mark.parametrize(
    "body", [None, {}, [], {"messages": []}, {"messages": [{}]}, {"messages": [{"id": ""}]}, {"messages": [{"id": 1}]}]
)
def test_a_success_without_an_id_is_in_doubt(body: Any) -> None:
    assert read(body, 200) == Postponed(code="no_receipt", message="the answer names no message")


ANY_STATUS = (200, 400, 401, 403, 404, 429, 500, 503)


@pytest.mark.parametrize("status", ANY_STATUS)
@pytest.mark.parametrize("code", [4, 80007, 130429, 131056, 0, 3, 10, 190, 200, 230, 299])
def test_what_was_turned_away_is_not_in_doubt(code: int, status: int) -> None:
    assert read(error(code, is_transient=True), status) == Postponed(
        code=str(code), message="(#1) Said", in_doubt=False
    )


@pytest.mark.parametrize("status", ANY_STATUS)
@pytest.mark.parametrize("code", [1, 2, 131000, 131016, 131057, 133004])
def test_what_went_wrong_on_the_way_is_in_doubt(code: int, status: int) -> None:
    assert read(error(code), status) == Postponed(code=str(code), message="(#1) Said")


@pytest.mark.parametrize("status", ANY_STATUS)
@pytest.mark.parametrize("code", [100, 131026, 131030, 131047, 131048, 131049, 132000, 368])
def test_what_whatsapp_refuses_is_refused_whatever_the_status(code: int, status: int) -> None:
    assert read(error(code), status) == Refusal(code=str(code), message="(#1) Said")


def test_what_meta_calls_transient_is_in_doubt() -> None:
    assert read(error(131999, is_transient=True)) == Postponed(code="131999", message="(#1) Said")
    assert read(error(131999, is_transient=False)) == Refusal(code="131999", message="(#1) Said")


def test_a_code_that_nobody_knows_is_final_unless_the_fault_was_metas() -> None:
    assert read(error(999999)) == Refusal(code="999999", message="(#1) Said")
    assert read(error(999999), 500) == Postponed(code="999999", message="(#1) Said")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (error(100, error_subcode=33), "33"),
        (error(100, error_subcode=2494010), "100"),
        (error(33), "33"),
        (error("131047"), "131047"),
        (error("0131047"), "131047"),
    ],
)
def test_the_code_is_found_as_it_is_written(body: Any, code: str) -> None:
    assert read(body) == Refusal(code=code, message="(#1) Said")


@pytest.mark.parametrize("said", ["An appsecret_proof must be given", "Invalid appsecret_proof provided"])
def test_a_call_that_is_not_proven_stops_the_channel_instead_of_failing_the_message(said: str) -> None:
    assert read(error(100, message=said)) == Postponed(code="appsecret_proof", message=said, in_doubt=False)


def test_words_of_another_error_are_no_demand_for_a_proof() -> None:
    said = "Invalid parameter: 'What is an appsecret_proof?'"
    assert read(error(131009, message=said)) == Refusal(code="131009", message=said)


def test_the_exact_words_come_first_with_what_metas_support_asks_for() -> None:
    more = {"error_data": {"details": "Message failed to send."}, "fbtrace_id": "AbC"}
    said = "Message failed to send. (fbtrace_id AbC)"
    assert read(error(131026, **more)) == Refusal(code="131026", message=said, trace_id="AbC")


@pytest.mark.parametrize(("code", "status"), [(131026, 400), (190, 401), (131056, 400), (131000, 500), (None, 502)])
def test_what_metas_support_asks_for_stands_beside_the_words_of_any_error(code: int | None, status: int) -> None:
    outcome = read(error(code, fbtrace_id="A_b-Dn4pYw1lbhNEBs6k2bT"), status)
    assert isinstance(outcome, Refusal | Postponed)
    assert outcome.trace_id == "A_b-Dn4pYw1lbhNEBs6k2bT"


@pytest.mark.parametrize("trace", [None, 7, "", "a b", "33612345678 Ana", "A" * 65])
def test_what_is_no_id_is_not_taken_for_one(trace: object) -> None:
    outcome = read(error(131026, fbtrace_id=trace))
    assert isinstance(outcome, Refusal)
    assert outcome.trace_id is None


UNREADABLE: tuple[Any, ...] = (
    None,
    {},
    [],
    "no",
    {"error": "no"},
    {"error": None},
    {"error": {}},
    error(None),
    error(True),
    error(1.5),
)


@pytest.mark.parametrize("body", UNREADABLE, ids=repr)
@pytest.mark.parametrize(
    ("status", "code", "in_doubt"),
    [
        (401, "401", False),
        (403, "403", False),
        (429, "429", False),
        (408, "408", True),
        (500, "500", True),
        (502, "502", True),
        (503, "503", True),
        (504, "504", True),
        (302, "no_answer", True),
        (200, "no_receipt", True),
    ],
)
def test_without_a_code_the_status_is_all_there_is(body: Any, status: int, code: str, in_doubt: bool) -> None:
    outcome = read(body, status)
    assert isinstance(outcome, Postponed)
    assert (outcome.code, outcome.in_doubt) == (code, in_doubt)


@pytest.mark.parametrize("status", [400, 404, 413])
def test_a_request_that_a_proxy_refuses_is_refused(status: int) -> None:
    assert read(None, status) == Refusal(code=str(status), message=f"HTTP {status}")


ACCOUNT = '{"102290129340398":[{"type":"whatsapp","call_count":100,"estimated_time_to_regain_access":%s}]}'
APP = '{"call_count":100,"total_time":25,"total_cputime":25,"estimated_time_to_regain_access":%s}'


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry_After": "7"}, 7),
        ({"X_Business_Use_Case_Usage": ACCOUNT % 3}, 180),
        ({"x_business_use_case_usage": ACCOUNT % 3}, 180),
        ({"X_App_Usage": APP % 2.5}, 150),
        ({"X_App_Usage": APP % 2, "X_Business_Use_Case_Usage": ACCOUNT % 3}, 180),
        ({"X_App_Usage": APP % 0}, None),
        ({"X_App_Usage": APP % -1}, None),
        ({"X_App_Usage": APP % "1e999"}, 86_400),
        ({"X_App_Usage": APP % "NaN"}, None),
        ({"X_App_Usage": APP % '"soon"'}, None),
        ({"X_App_Usage": "{"}, None),
        ({"X_App_Usage": "[" * 5000}, None),
        ({"X_App_Usage": "[1]"}, None),
    ],
    ids=lambda value: str(value)[:60],
)
@pytest.mark.parametrize("code", [4, 80007, 130429])
def test_a_limit_says_how_long_it_lasts(headers: dict[str, str], seconds: float | None, code: int) -> None:
    outcome = read(error(code), 400, **headers)
    assert isinstance(outcome, Postponed)
    assert outcome.retry_after == seconds


def test_a_token_that_has_ended_is_not_waited_for_by_what_was_used_up() -> None:
    outcome = read(error(190), 401, X_App_Usage=APP % 60)
    assert isinstance(outcome, Postponed)
    assert outcome.retry_after is None


@pytest.mark.parametrize(
    ("status", "body", "unknown"),
    [
        (400, error(100, error_subcode=33), True),
        (400, error(100), True),
        (404, None, True),
        (410, None, True),
        (404, error(190), False),
        (401, error(190), False),
        (500, None, False),
        (500, error(131000), False),
    ],
)
def test_meta_says_what_it_does_not_know_in_few_ways(status: int, body: Any, unknown: bool) -> None:
    assert is_not_known(Answer(status=status, headers={}, body=body)) is unknown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
ERRORS = st.fixed_dictionaries(
    {},
    optional={
        "code": st.integers(-10, 300) | st.sampled_from([131047, 131056, 190]) | JSON,
        "message": st.text() | JSON,
        "error_subcode": JSON,
        "error_data": st.fixed_dictionaries({"details": JSON}) | JSON,
        "is_transient": JSON,
        "fbtrace_id": JSON,
    },
)


@given(
    body=JSON | st.fixed_dictionaries({"error": ERRORS | JSON}) | st.fixed_dictionaries({"messages": JSON}),
    status=st.integers(200, 599),
    usage=JSON.map(json.dumps) | st.text(max_size=20),
    wait=st.text(max_size=20),
)
def test_any_answer_is_an_outcome(body: Any, status: int, usage: str, wait: str) -> None:
    answer = Answer(status=status, headers={"X-App-Usage": usage, "Retry-After": wait}, body=body)
    outcome = outcome_of(answer, lambda said: said)
    assert isinstance(outcome, Accepted | Refusal | Postponed)
    assert not isinstance(outcome, Accepted) or status < 300
    assert isinstance(pause_asked(answer.headers), float | None)
