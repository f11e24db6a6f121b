"""The storage account: tables and blob containers."""

from collections.abc import Collection
from typing import Final

from dev.tools.doctor.findings import Finding, conclude
from dev.tools.doctor.reading import Deployment
from shared.state.tables import Table

DEAD_LETTERS: Final = "eventgrid-deadletter"
MEDIA: Final = "media"
CONTAINERS: Final = ("deployment", DEAD_LETTERS, MEDIA)


def dead_letters_in(account: str) -> str:
    """The resource id of the container that keeps what Event Grid can't deliver, in the account of that id."""
    return f"{account}/blobServices/default/containers/{DEAD_LETTERS}"


def media_in(account: str) -> str:
    """The resource id of the container of files, in the account of that id."""
    return f"{account}/blobServices/default/containers/{MEDIA}"


async def check_storage(deployment: Deployment) -> Finding:
    """Whether the tables and containers are there; the one of files may have an account of its own."""
    containers = set(await deployment.containers(await deployment.storage_id())) - {MEDIA}
    of_media = await deployment.containers(await deployment.media_storage_id())
    return judge_storage(await deployment.tables(), containers | ({MEDIA} & set(of_media)))


def judge_storage(tables: Collection[str], containers: Collection[str]) -> Finding:
    """Further ones do no harm."""
    problems = [
        *(f"the table {name} is missing" for name in Table if name not in tables),
        *(f"the container {name} is missing" for name in CONTAINERS if name not in containers),
    ]
    return conclude(
        well=f"tables {', '.join(Table)}; containers {', '.join(CONTAINERS)}",
        problems=problems,
        do="deploy infra/main.bicep again",
    )
