"""What is examined: given as options, else by the environment variables that azd and infra/main.bicep name."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.settings import GRAPH_URL

PUBLIC_CLOUD = "https://management.azure.com"
OF_META = ("WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET")
"""Secrets that a person may give, where the Key Vault can't be read."""


class TargetError(Exception):
    """Raised when it is not said what to examine; names everything that is missing and where it is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A deployed app.

    Attributes:
        subscription: Its id.
        app: The function app's name.
        resource_manager: The address of Azure Resource Manager, without a path.
        file: The configuration file that was deployed; None: the one that the app's settings name.
        sent_statuses: Whether the event subscriptions were deployed with SENT_STATUSES.
        graph: The address of Meta's Graph API, without a path.
        secrets: Of `OF_META`, those that the person gave.
    """

    subscription: str
    resource_group: str
    app: str
    resource_manager: str = PUBLIC_CLOUD
    file: Path | None = None
    sent_statuses: bool = False
    graph: str = GRAPH_URL
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def group_id(self) -> str:
        """The resource id of the resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"

    @property
    def app_id(self) -> str:
        """The resource id of the function app."""
        return f"{self.group_id}/providers/Microsoft.Web/sites/{self.app}"


_NEEDED = {
    "app": ("AZURE_FUNCTION_NAME", "az functionapp list --query '[].name'"),
    "resource_group": ("AZURE_RESOURCE_GROUP", "az group list --query '[].name'"),
    "subscription": ("AZURE_SUBSCRIPTION_ID", "az account show --query id"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that `target_of` reads."""
    parser.add_argument("--app", metavar="NAME", help="the function app (default: $AZURE_FUNCTION_NAME)")
    parser.add_argument("--resource-group", metavar="NAME", help="its resource group (default: $AZURE_RESOURCE_GROUP)")
    parser.add_argument("--subscription", metavar="ID", help="its subscription (default: $AZURE_SUBSCRIPTION_ID)")
    parser.add_argument(
        "--file", type=Path, help="the configuration file that was deployed (default: as the app's settings say)"
    )
    parser.add_argument(
        "--resource-manager",
        metavar="ADDRESS",
        help=f"Azure Resource Manager of the cloud (default: $AZURE_RESOURCE_MANAGER, else {PUBLIC_CLOUD})",
    )
    parser.add_argument("--graph", metavar="ADDRESS", help=f"Meta's Graph API (default: {GRAPH_URL})")


def target_of(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Target:
    """What the options and the environment say.

    Raises:
        TargetError: Something is missing, or the address is not https.
    """
    found = {name: getattr(arguments, name) or environment.get(variable, "") for name, (variable, _) in _NEEDED.items()}
    if missing := [name for name, value in found.items() if not value]:
        raise TargetError(_how_to_give(missing))
    manager = arguments.resource_manager or environment.get("AZURE_RESOURCE_MANAGER") or PUBLIC_CLOUD
    graph = arguments.graph or GRAPH_URL
    for service, address in (("Azure Resource Manager", manager), ("the Graph API", graph)):
        if not address.startswith("https://"):
            raise TargetError(f"The address of {service} has to start with https://, not {address!r}.")
    return Target(
        **found,
        resource_manager=manager.rstrip("/"),
        file=arguments.file,
        sent_statuses=environment.get("SENT_STATUSES", "").lower() == "true",
        graph=graph.rstrip("/"),
        secrets={name: value for name in OF_META if (value := environment.get(name, "").strip())},
    )


def _how_to_give(missing: list[str]) -> str:
    lines = [
        f"  --{name.replace('_', '-'):16} or {variable:22} found with: {command}"
        for name, (variable, command) in ((name, _NEEDED[name]) for name in missing)
    ]
    return "\n".join(
        [
            "It is not said which app to examine. Missing:",
            *lines,
            "After `azd provision`, azd knows all of them: azd env get-values prints them, and this sets them here:",
            '  set -a; eval "$(azd env get-values)"; set +a',
        ]
    )
