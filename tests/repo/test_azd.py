"""azure.yaml is as azd's published schema wants it, and its hooks do what they say.

Schema: https://raw.githubusercontent.com/Azure/azure-dev/main/schemas/v1.0/azure.yaml.json (azd 1.31).
"""

import argparse
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev.commands import package
from tests.repo import ROOT
from tests.repo.azure.shell import AZURE, Ended, Shell
from tests.repo.infrastructure import predicted

AZD = yaml.safe_load((ROOT / "azure.yaml").read_text(encoding="utf-8"))
HOOKS = AZD["hooks"] | AZD["services"]["app"]["hooks"]
DAYS = {"MEDIA_KEEP_DAYS": "30", "UPLOAD_KEEP_DAYS": "31"}
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
    (service,) = AZD["services"].values()
    assert (service["project"], service["language"], service["host"]) == (".", "python", "function")
    assert set(service) == {"project", "language", "host", "dist", "remoteBuild", "hooks"}
    assert set(AZD["hooks"]) == {"preprovision", "postprovision", "postdeploy"}
    assert set(service["hooks"]) == {"prepackage"}
    assert all(set(hook) == {"shell", "run"} and hook["shell"] == "sh" for hook in HOOKS.values())


def test_what_is_sent_is_the_complete_package_and_azure_builds_nothing() -> None:
    """azd sends the folder `dist`, which the hook before it makes; a problem of the configuration ends the hook."""
    service = AZD["services"]["app"]
    assert service["remoteBuild"] is False
    assert service["hooks"]["prepackage"]["run"] == "make package"
    parser = argparse.ArgumentParser()
    package.add_arguments(parser)
    assert Path(service["dist"]) == package.folder_of(parser.parse_args([]).output)


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
        assert set(values) == {"ENTRA_TENANT_ID", "ENTRA_AUDIENCE", "DESK_CLIENT_ID", *DAYS}
        shell.environment |= values
        shell.azure = AZURE
        assert run(shell, "preprovision").code == 0
        assert shell.azure == AZURE | {"azd": {"test": DAYS}}

    def test_files_are_kept_as_long_as_the_configuration_says(self, shell: Shell) -> None:
        """A file that can't be read ends the hook."""
        shell.environment["AUTH_MODE"] = "key"
        assert run(shell, "preprovision").code == 0
        assert shell.azure["azd"]["test"] == DAYS
        shell.without("make")
        assert run(shell, "preprovision").code == 1

    def test_key_mode_needs_no_application(self, shell: Shell) -> None:
        """Nor the right to register one."""
        shell.environment["AUTH_MODE"] = "key"
        shell.azure = AZURE | {"rights": {"the-person": ["read"]}}
        assert run(shell, "preprovision").code == 0
        assert shell.azure["applications"] == []

    def test_a_webhook_needs_one_more(self, shell: Shell) -> None:
        """Also in key mode."""
        shell.environment |= {"AUTH_MODE": "key", "DELIVERY": "webhook"}
        assert run(shell, "preprovision").code == 0
        assert set(shell.azure["azd"]["test"]) == {"ENTRA_TENANT_ID", "EVENTS_AUDIENCE", *DAYS}

    @pytest.mark.parametrize("name", ["", "no", "a" * 25, "contact_centre", "contact.centre", "café", "two words"])
    @pytest.mark.parametrize("mode", ["entra", "key"])
    def test_a_name_that_no_resource_could_have_is_refused(self, shell: Shell, name: str, mode: str) -> None:
        """Before anything is registered."""
        shell.environment |= {"AZURE_ENV_NAME": name, "AUTH_MODE": mode}
        ended = run(shell, "preprovision")
        assert ended.code == 1
        assert f"AZURE_ENV_NAME is 3 to 24 letters, digits and hyphens, not {name}\n" in ended.errors
        assert shell.azure == AZURE

    def test_nothing_is_provisioned_when_it_fails(self, shell: Shell) -> None:
        """The hook fails, and azd stops."""
        shell.azure = AZURE | {"rights": {"the-person": ["read"]}}
        assert run(shell, "preprovision").code == 1


class TestAfterTheInfrastructure:
    """The hook `postprovision`: the desk learns the app's address."""

    @pytest.fixture(autouse=True)
    def provisioned(self, shell: Shell) -> None:
        """The address is a value of the environment."""
        shell.environment["API_ADDRESS"] = "https://func-x.azurewebsites.net/api"

    def register(self, shell: Shell, by: str) -> dict[str, Any]:
        """Somebody registered the applications, and their ids are values of the environment."""
        shell.sign_in(by)
        shell.environment |= shell.run("register-applications.sh").exports
        shell.sign_in("the-person")
        return shell.azure

    def test_its_address_is_added_and_nothing_else_changes(self, shell: Shell) -> None:
        """Whoever registered it."""
        expected = self.register(shell, by="somebody-else")
        expected["applications"][1]["spa"]["redirectUris"].append("https://func-x.azurewebsites.net/api/desk")
        for _ in ("first", "repeated"):
            assert run(shell, "postprovision").code == 0
            assert shell.azure == expected

    def test_who_has_numbers_at_meta_is_told_where_secrets_go_and_whom_meta_calls(self, shell: Shell) -> None:
        """The name of the vault and the webhook's address; who has none there is told nothing."""
        assert run(shell, "postprovision").out == ""
        shell.environment["KEY_VAULT_NAME"] = "kv-x"
        said = run(shell, "postprovision").out
        assert "the Key Vault kv-x" in said
        assert "https://func-x.azurewebsites.net/api/whatsapp" in said

    def test_there_may_be_no_desk(self, shell: Shell) -> None:
        """Then nothing is asked of anybody."""
        assert run(shell, "postprovision").code == 0
        assert shell.azure == AZURE

    @pytest.mark.parametrize("rights", [[], ["read"]])
    def test_a_deployer_without_rights_in_the_tenant_goes_on(self, shell: Shell, rights: list[str]) -> None:
        """The administrator registered the applications; what is left to do is said, and `azd up` does not fail."""
        self.register(shell, by="somebody-else")
        shell.azure |= {"rights": {"the-person": rights}}
        before = shell.azure
        assert run(shell, "preprovision").code == 0
        ended = run(shell, "postprovision")
        assert ended.code == 0
        assert "register-applications.sh desk" in ended.errors
        assert (
            "Going on: the desk may be unable to sign in at https://func-x.azurewebsites.net/api/desk" in ended.errors
        )
        assert shell.azure == before | {"azd": {"test": before["azd"]["test"] | DAYS}}

    def test_key_mode_leaves_an_old_desk_alone(self, shell: Shell) -> None:
        """It was registered before the mode was changed."""
        before = self.register(shell, by="the-person")
        shell.environment["AUTH_MODE"] = "key"
        ended = run(shell, "postprovision")
        assert (ended.code, ended.errors) == (0, "")
        assert shell.azure == before


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
