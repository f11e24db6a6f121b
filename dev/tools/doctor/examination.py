"""The examination: every check in turn, one finding each."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final

from dev.tools.doctor.alerts import check_alerts
from dev.tools.doctor.app import check_app, check_health
from dev.tools.doctor.app_settings import check_identity, check_settings
from dev.tools.doctor.azure import Unreadable
from dev.tools.doctor.configuration import check_configuration
from dev.tools.doctor.event_subscriptions import check_dead_lettered, check_doubled, check_received, check_status
from dev.tools.doctor.findings import Finding, Level
from dev.tools.doctor.functions import check_functions
from dev.tools.doctor.graph_version import check_graph_version
from dev.tools.doctor.queues import check_dead_letters, check_events_topic, check_queues
from dev.tools.doctor.reading import Deployment, Unknown
from dev.tools.doctor.retirement import check_retirement
from dev.tools.doctor.roles import check_role_of_the_topic, check_roles_of_the_app
from dev.tools.doctor.secrets import check_secrets
from dev.tools.doctor.storage import check_storage
from dev.tools.doctor.templates import check_templates
from dev.tools.doctor.whatsapp import check_accounts, check_numbers, check_token, check_webhook

type Check = Callable[[Deployment], Awaitable[Finding]]

CHECKS: Final[Mapping[str, Check]] = {
    "app": check_app,
    "settings": check_settings,
    "identity": check_identity,
    "secrets": check_secrets,
    "configuration": check_configuration,
    "storage": check_storage,
    "queues": check_queues,
    "topic for other systems": check_events_topic,
    "roles": check_roles_of_the_app,
    "role of the topic": check_role_of_the_topic,
    "functions": check_functions,
    "received events": check_received,
    "status events": check_status,
    "other subscriptions": check_doubled,
    "WhatsApp token": check_token,
    "WhatsApp accounts": check_accounts,
    "WhatsApp webhook": check_webhook,
    "WhatsApp numbers": check_numbers,
    "Graph API version": check_graph_version,
    "templates": check_templates,
    "health": check_health,
    "dead letters": check_dead_letters,
    "dead-lettered events": check_dead_lettered,
    "alerts": check_alerts,
    "retirement": check_retirement,
}
_UNEXPECTED: Final = (LookupError, AttributeError, TypeError, ValueError, RecursionError)


async def examine(deployment: Deployment) -> AsyncIterator[tuple[str, Finding]]:
    """The name of each check and what it found, as soon as it has.

    What can't be read is a problem once; whatever else needs it is skipped.
    """
    told: set[tuple[str, str]] = set()
    for name, check in CHECKS.items():
        try:
            finding = await _checked(check, deployment)
        except Unknown as reason:
            finding = Finding(level=Level.SKIPPED, text=f"not checked: {reason}")
        except Unreadable as reason:
            finding = Finding(level=Level.PROBLEM, text=reason.text, do=reason.do)
            if (reason.text, reason.do) in told:
                finding = Finding(level=Level.SKIPPED, text="not checked, for a reason given above")
            told.add((reason.text, reason.do))
        yield name, finding


async def _checked(check: Check, deployment: Deployment) -> Finding:
    """What a check found; these errors mean that it stumbled over what Azure answered."""
    try:
        return await check(deployment)
    except _UNEXPECTED as error:
        raise Unreadable(
            "Azure's answer has an unexpected form", do="run it again; if it stays, report it with the check's name"
        ) from error
