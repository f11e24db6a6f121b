"""azure.yaml is as azd's published schema wants it, and its hooks do what they say.

Schema: https://raw.githubusercontent.com/Azure/azure-dev/main/schemas/v1.0/azure.yaml.json (azd 1.31).
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.repo import ROOT
from tests.repo.azure.shell import AZURE, Ended, Shell
from tests.repo.infrastructure import predicted

AZD = yaml.safe_load((ROOT / "azure.yaml").read_text(encoding="utf-8"))
HOOKS = AZD["hooks"]
APP = "/subscriptions/the-subscription/resourceGroups/rg-x/providers/Microsoft.Web/sites/func-x"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A machine with the scripts and an azd environment called test."""
    shell = Shell(tmp_path)
    (tmp_path / ".azure" / "test").mkdir(parents=True)
    shell.environment["AZURE_ENV_NAME"] = "test"
    return shell


def run(shell: Shell, hook: str) -> Ended:
    """Run a hook as azd does: its text is a script, started at the root of the project."""
    script = shell.folder / "hook.sh"
    script.write_text(f"#!/bin/sh\nset -e\n\n{HOOKS[hook]['run']}\n", encoding="utf-8")
    return shell.execute(script, at=shell.folder)


def test_it_has_the_fields_that_azd_knows() -> None:
    """A name that azd takes, one infrastructure, one service, and hooks for a POSIX shell."""
    assert set(AZD) == {"name", "requiredVersions", "infra", "services", "hooks"}
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", AZD["name"])
    assert re.fullmatch(r">= \d+\.\d+\.\d+", AZD["requiredVersions"]["azd"])
    assert AZD["infra"] == {"provider": "bicep", "path": "infra", "module": "main"}
    assert AZD["services"] == {"app": {"project": ".", "language": "python", "host": "function"}}
    assert set(HOOKS) == {"preprovision", "postprovision", "predeploy", "postdeploy"}
    assert all(set(hook) == {"shell", "run"} and hook["shell"] == "sh" for hook in HOOKS.values())


def test_what_it_names_is_there() -> None:
    """Template, parameters, project, and every script and target of the hooks."""
    for file in ("infra/main.bicep", "infra/main.bicepparam", "host.json", "requirements.txt", ".funcignore"):
        assert (ROOT / file).exists(), file
    text = "\n".join(hook["run"] for hook in HOOKS.values())
    scripts = re.findall(r"\bsh (\S+)", text)
    assert scripts
    assert all((ROOT / script).exists() for script in scripts)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake (\S+)", text)) <= targets


def test_azd_finds_the_app_and_what_is_its_own_by_their_tags() -> None:
    """The service's name is on the function app, and on nothing else."""
    tags: dict[str, Any] = {each["id"]: each.get("tags", {}) for each in predicted("default").resources}
    (app,) = [identity for identity, tag in tags.items() if "azd-service-name" in tag]
    assert "/Microsoft.Web/sites/" in app
    assert tags[app]["azd-service-name"] in AZD["services"]
    assert tags[app]["azd-env-name"] == "contact-centre"


class TestBeforeTheInfrastructure:
    """The hook `preprovision`."""

    def test_applications_are_registered_once(self, shell: Shell) -> None:
        """Their ids are then values of the environment, from which the parameters are read."""
        assert run(shell, "preprovision").code == 0
        values = shell.azure["azd"]["test"]
        assert set(values) == {"ENTRA_TENANT_ID", "ENTRA_AUDIENCE", "DESK_CLIENT_ID"}
        shell.environment |= values
        shell.azure = AZURE
        assert run(shell, "preprovision").code == 0
        assert shell.azure == AZURE

    def test_key_mode_needs_no_application(self, shell: Shell) -> None:
        """Nor the right to register one."""
        shell.environment["AUTH_MODE"] = "key"
        shell.azure = AZURE | {"may_register": False}
        assert run(shell, "preprovision").code == 0
        assert shell.azure["applications"] == []

    def test_a_webhook_needs_one_more(self, shell: Shell) -> None:
        """Also in key mode."""
        shell.environment |= {"AUTH_MODE": "key", "DELIVERY": "webhook"}
        assert run(shell, "preprovision").code == 0
        assert set(shell.azure["azd"]["test"]) == {"ENTRA_TENANT_ID", "EVENTS_AUDIENCE"}

    def test_nothing_is_provisioned_when_it_fails(self, shell: Shell) -> None:
        """The hook fails, and azd stops."""
        shell.azure = AZURE | {"may_register": False}
        assert run(shell, "preprovision").code == 1


def test_the_desk_learns_the_apps_address(shell: Shell) -> None:
    """After the infrastructure; not where there is no desk."""
    shell.environment["API_ADDRESS"] = "https://func-x.azurewebsites.net/api"
    assert run(shell, "postprovision").code == 0
    assert shell.azure == AZURE
    shell.environment["DESK_CLIENT_ID"] = "application-2"
    assert run(shell, "postprovision").code == 0
    (desk,) = [each for each in shell.azure["applications"] if each["displayName"] == "test desk"]
    assert "https://func-x.azurewebsites.net/api/desk" in desk["spa"]["redirectUris"]


def test_events_follow_the_code(shell: Shell) -> None:
    """After the deployment the subscriptions are made."""
    shell.environment |= {
        "AZURE_FUNCTION_ID": APP,
        "EVENT_GRID_TOPIC_NAME": "evgt-x",
        "EVENT_GRID_TOPIC_RESOURCE_GROUP": "rg-x",
        "EVENTS_STORAGE_ID": "/storage",
    }
    shell.azure = AZURE | {"functions": [f"{APP}/functions/ingest"]}
    assert run(shell, "postdeploy").code == 0
    assert len(shell.azure["deployed"]) == 1
