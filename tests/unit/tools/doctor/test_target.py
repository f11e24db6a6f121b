"""What is examined, from options and environment."""

import argparse

import pytest

from dev.tools.doctor.target import PUBLIC_CLOUD, Target, TargetError, add_arguments, target_of

AZD = {"AZURE_FUNCTION_NAME": "func-x", "AZURE_RESOURCE_GROUP": "rg-x", "AZURE_SUBSCRIPTION_ID": "s"}


def read(*arguments: str, environment: dict[str, str] | None = None) -> Target:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return target_of(parser.parse_args(arguments), environment or {})


def test_azd_names_everything() -> None:
    """In the public cloud, unless something else is said."""
    target = read(environment=AZD)
    assert target.app_id == "/subscriptions/s/resourceGroups/rg-x/providers/Microsoft.Web/sites/func-x"
    assert target.resource_manager == PUBLIC_CLOUD


def test_an_option_is_stronger_than_the_environment() -> None:
    target = read("--app", "func-y", "--resource-manager", "https://arm.example/", environment=AZD)
    assert (target.app, target.resource_group) == ("func-y", "rg-x")
    assert target.resource_manager == "https://arm.example"


def test_all_that_is_missing_is_named_together() -> None:
    """Variables that are set and empty count as missing."""
    with pytest.raises(TargetError) as error:
        read("--app", "func-y", environment={"AZURE_RESOURCE_GROUP": ""})
    assert "AZURE_RESOURCE_GROUP" in str(error.value)
    assert "AZURE_SUBSCRIPTION_ID" in str(error.value)
    assert "AZURE_FUNCTION_NAME" not in str(error.value)


def test_secrets_that_a_person_gives_are_never_shown() -> None:
    """For a Key Vault that can't be read from here."""
    target = read(environment=AZD | {"WHATSAPP_ACCESS_TOKEN": " hush ", "WHATSAPP_APP_SECRET": ""})
    assert target.secrets == {"WHATSAPP_ACCESS_TOKEN": "hush"}
    assert "hush" not in repr(target)


def test_the_token_goes_to_meta_over_https_alone() -> None:
    assert read(environment=AZD).graph == "https://graph.facebook.com"
    with pytest.raises(TargetError, match="the Graph API has to start with https://"):
        read("--graph", "http://graph.example", environment=AZD)
