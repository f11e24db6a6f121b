"""Whether alerts tell anybody."""

from collections.abc import Mapping

from dev.tools.doctor.findings import Finding, conclude
from dev.tools.doctor.reading import Deployment


async def check_alerts(deployment: Deployment) -> Finding:
    """Whether each action group has a receiver."""
    return judge_alerts(await deployment.receivers())


def judge_alerts(receivers: Mapping[str, int]) -> Finding:
    """`receivers` holds how many each action group has."""
    warnings = [f"the action group {name} tells nobody" for name, count in receivers.items() if not count]
    return conclude(
        well=f"{', '.join(receivers)} tells somebody",
        warnings=warnings if receivers else ["there is no action group"],
        do="deploy infra/main.bicep with ALERT_EMAIL set",
    )
