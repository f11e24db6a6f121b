"""Roles that are held, against those that are needed."""

from dev.tools.doctor.deployed import Assignment
from dev.tools.doctor.findings import Level
from dev.tools.doctor.repository import roles
from dev.tools.doctor.roles import OF_THE_APP, OF_THE_TOPIC, Need, judge_roles

QUEUE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ServiceBus/namespaces/n/queues/timers"
SENDER = roles()["Azure Service Bus Data Sender"]
NEED = Need(role="Azure Service Bus Data Sender", guid=SENDER, place="the queue timers", scope=QUEUE)


def test_each_role_that_is_needed_is_known() -> None:
    """infra/roles.json holds these and no other: what is assigned is what is needed."""
    assert {role for role, _ in (*OF_THE_APP, *OF_THE_TOPIC)} == set(roles())


def test_ids_are_compared_without_case() -> None:
    assert judge_roles("p", [NEED], [Assignment(role=SENDER, scope=QUEUE.upper())]).level is Level.OK


def test_a_queue_whose_name_begins_alike_is_another() -> None:
    held = [Assignment(role=SENDER, scope=QUEUE.removesuffix("s"))]
    assert judge_roles("p", [NEED], held).level is Level.PROBLEM


def test_a_role_from_above_works_and_is_too_much() -> None:
    finding = judge_roles("p", [NEED], [Assignment(role=SENDER, scope="/subscriptions/s")])
    assert finding.level is Level.WARNING
    assert finding.text == "Azure Service Bus Data Sender is held on /subscriptions/s, more than the queue timers"


def test_a_role_that_nobody_asked_for_is_a_warning() -> None:
    """Named if it is known, else by its GUID."""
    contributor = Assignment(role="b24988ac-6180-42a0-ab88-20f7382dd24c", scope="/subscriptions/s")
    finding = judge_roles("p", [NEED], [Assignment(role=SENDER, scope=QUEUE), contributor])
    assert finding.text == f"the role {contributor.role} on /subscriptions/s is not needed"


def test_a_missing_role_comes_with_the_command_that_assigns_it() -> None:
    finding = judge_roles("the-principal", [NEED], [])
    assert "--assignee-object-id the-principal --role 'Azure Service Bus Data Sender'" in finding.do
    assert finding.do.endswith(f"--scope {QUEUE}")
