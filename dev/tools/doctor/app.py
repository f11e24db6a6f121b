"""The function app: runs, on Flex Consumption, with the project's Python; and answers."""

from dev.tools.doctor.deployed import App
from dev.tools.doctor.findings import Finding, Level, conclude
from dev.tools.doctor.reading import Deployment
from dev.tools.doctor.repository import python_version

_NOT_READY = "look at the app's log stream in the portal; publish the app again"


async def check_app(deployment: Deployment) -> Finding:
    """Whether the app is there as it should be."""
    return judge_app(await deployment.app(), python_version())


async def check_health(deployment: Deployment) -> Finding:
    """Whether the app answers from where this runs."""
    return judge_health(await deployment.health())


def judge_app(app: App, python: str) -> Finding:
    """`python` is the version that the project is made for."""
    problems = []
    if app.state != "Running":
        problems.append(f"it is {app.state or 'in no known state'}, not Running")
    if app.runtime is None:
        problems.append("it is not on a Flex Consumption plan")
    elif app.runtime != f"python {python}":
        problems.append(f"its runtime is {app.runtime}, not python {python}")
    return conclude(
        well=f"runs on Flex Consumption with {app.runtime}",
        problems=problems,
        do="start it (az functionapp start); for plan and runtime, deploy infra/main.bicep again",
    )


def judge_health(status: int) -> Finding:
    """`status` is that of GET /api/health, which needs no key."""
    match status:
        case 200:
            return Finding(level=Level.OK, text="GET /api/health answers 200 over https")
        case 403:
            do = "allow this machine in the app's access restrictions, or ask from inside its network"
        case 404:
            do = "publish the app: azd deploy, or func azure functionapp publish"
        case _:
            do = _NOT_READY
    return Finding(level=Level.PROBLEM, text=f"GET /api/health answers {status}", do=do)
