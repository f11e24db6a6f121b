"""What a team sets, and what the parameters do to each other; needs the Bicep compiler."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dev.tools.bicep import predict
from shared.settings import read_settings
from tests.repo import ROOT
from tests.repo.infrastructure import CENTRES, INFRA, Prediction, predicted, read_prediction
from tests.repo.infrastructure.compiler import built, needs_bicep

pytestmark = needs_bicep

OLD, OTHER, NEW = "22222222-2222-2222-2222-222222222222", "33333333-3333-3333-3333-333333333333", "106540352242923"

type Predict = Callable[..., Prediction | list[str]]


@pytest.fixture
def predict_with(tmp_path: Path) -> Predict:
    """Predict a variant with further lines, in a file of the same kind; what is wrong with it, if anything is."""

    def call(variant: str, **parameters: str) -> Prediction | list[str]:
        text = (INFRA / "variants" / f"{variant}.bicepparam").read_text(encoding="utf-8")
        kept = [line for line in text.splitlines() if line.split(" ")[:2][-1] not in parameters]
        lines = [*kept, *(f"param {name} = {value}" for name, value in parameters.items())]
        target = os.path.relpath(INFRA, tmp_path)
        file = tmp_path / f"{variant}.bicepparam"
        file.write_text("\n".join(lines).replace("using '..", f"using '{target}"), encoding="utf-8")
        found = predict(file, "overwrite")
        return found or read_prediction(file.with_suffix(".snapshot.json").read_text(encoding="utf-8"))

    return call


def documented() -> dict[str, tuple[str, str]]:
    """The parameters of main.bicep as infra/README.md has them: variable and default of each."""
    text = (INFRA / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `([A-Z_]+)` \| (?:`([^`]*)`)? *\|", text, re.MULTILINE)
    return {parameter: (variable, default) for parameter, variable, default in rows}


def written(value: Any) -> str:
    """A value as a person writes it."""
    return json.dumps(value) if isinstance(value, bool | int) else str(value)


def another(value: Any) -> Any:
    """A value of the same kind that the parameter takes, too."""
    if isinstance(value, bool):
        return not value
    return value + 8 if isinstance(value, int) else {"entra": "key", "Standard": "Premium"}.get(value, "another")


@pytest.mark.parametrize("file", ["main", "events"])
def test_every_parameter_is_described_and_given(file: str) -> None:
    """The parameter file gives each a value, if nobody sets anything: only tags have no variable."""
    template, given = built(file)
    declared = template["parameters"]
    assert all(each["metadata"]["description"] for each in declared.values())
    assert set(given) == set(declared) - {"tags"}


def test_parameters_have_the_defaults_and_the_variables_that_are_documented() -> None:
    """A variable that is set gives its parameter another value, and each has one."""
    _, defaults = built("main")
    assert {name: written(value) for name, value in defaults.items()} == {
        name: default for name, (_, default) in documented().items()
    }
    changed = {name: another(value) for name, value in defaults.items()}
    _, given = built("main", **{documented()[name][0]: written(value) for name, value in changed.items()})
    assert given == changed


def test_a_deployment_without_a_registration_is_told_what_is_missing() -> None:
    """The default of ENTRA_AUDIENCE can be deployed, and the app then names it."""
    _, given = built("main")
    problems = read_settings({"AUTH_MODE": given["authMode"], "ENTRA_AUDIENCE": given["entraAudience"]}).problems
    assert [each for each in problems if each.startswith("ENTRA_AUDIENCE is only a placeholder; ")]


def test_channels_come_from_the_configuration_file() -> None:
    """So that a channel is added in one place."""
    channels = yaml.safe_load((ROOT / "contact_center.yaml").read_text(encoding="utf-8"))["channels"]
    _, given = built("events")
    assert given["channelIds"] == [channel["id"] for channel in channels.values()]


def test_private_networking_on_standard_service_bus_is_refused_with_the_reason(predict_with: Predict) -> None:
    """Standard has no private endpoints; to leave it public would not be what was asked for."""
    found = predict_with("private-network", serviceBusSku="'Standard'")
    assert isinstance(found, list)
    assert "privateNetworking needs serviceBusSku Premium" in "\n".join(found)


def test_a_deployment_without_any_number_is_refused_with_the_reason(predict_with: Predict) -> None:
    """It would start, and nothing would ever arrive."""
    found = predict_with("whatsapp-cloud", whatsappCloud="false")
    assert isinstance(found, list)
    assert "set communicationServicesName, or whatsappCloud" in "\n".join(found)


def test_numbers_at_meta_alone_need_no_communication_services() -> None:
    """Nobody has to empty the variable, and both are possible at once."""
    for variables, name in (
        ({}, "acs-contact-centre"),
        ({"WHATSAPP_CLOUD": "true"}, ""),
        ({"WHATSAPP_CLOUD": "true", "COMMUNICATION_SERVICES_NAME": "acs-contoso"}, "acs-contoso"),
    ):
        _, given = built("main", **variables)
        assert given["communicationServicesName"] == name


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ({"a": {"id": OLD}}, {OLD}),
        ({"a": {"id": NEW, "provider": "whatsapp_cloud"}}, set()),
        ({"a": {"id": NEW, "provider": "whatsapp_cloud", "moved_from": OLD}, "b": {"id": OTHER}}, {OLD, OTHER}),
        ({"a": {"id": OTHER, "moved_from": [OLD, NEW]}}, {OLD, OTHER}),
    ],
    ids=["acs", "meta", "moved", "back"],
)
def test_event_grid_brings_the_events_of_every_id_that_a_number_had_at_acs(
    channels: dict[str, Any], expected: set[str], tmp_path: Path
) -> None:
    """Also after it moved: statuses of what was sent before still come, and it may move back. Meta calls by itself."""
    shutil.copytree(INFRA, tmp_path / "infra", ignore=shutil.ignore_patterns("variants"))
    named = {name: {"workstream": "a-b", **channel} for name, channel in channels.items()}
    (tmp_path / "contact_center.yaml").write_text(yaml.safe_dump({"channels": named}), encoding="utf-8")
    _, given = built("events", folder=tmp_path / "infra")
    assert set(given["channelIds"]) == expected


@pytest.mark.parametrize("name", predicted("default").outputs)
def test_every_output_is_read_by_something(name: str) -> None:
    """The event subscriptions, a script, azd's hooks or the doctor."""
    files = [
        ROOT / "azure.yaml",
        INFRA / "events.bicepparam",
        *INFRA.glob("scripts/*.sh"),
        ROOT / "dev/tools/doctor/target.py",
    ]
    assert [path.name for path in files if re.search(rf"\b{name}\b", path.read_text(encoding="utf-8"))]


def test_a_second_deployment_keeps_the_topic_of_the_first(predict_with: Predict) -> None:
    """azd hands outputs back as variables: the created topic must not pass for an existing one."""
    outputs = predicted("default").outputs
    found = predict_with(
        "default",
        eventGridTopicName=f"'{outputs['EVENT_GRID_TOPIC_NAME']}'",
        eventGridTopicResourceGroup=f"'{outputs['EVENT_GRID_TOPIC_RESOURCE_GROUP']}'",
    )
    assert isinstance(found, Prediction)
    assert found.outputs == predicted("default").outputs
    assert sorted(found.resources, key=str) == sorted(predicted("default").resources, key=str)


@pytest.mark.parametrize("variant", [name for name in CENTRES if name != "default"])
def test_stored_outputs_are_predicted_too(predict_with: Predict, variant: str) -> None:
    """The compiler compares resources with a snapshot, not outputs."""
    found = predict_with(variant)
    assert isinstance(found, Prediction)
    assert found.outputs == predicted(variant).outputs


def test_more_channels_than_event_grid_compares_are_not_filtered(predict_with: Predict) -> None:
    """A subscription takes 25 values, one of them the status that is not wanted."""
    for count, keys in ((24, {"data.to", "data.from", "data.status"}), (25, {"data.status"})):
        found = predict_with("events-function", channelIds=f"map(range(0, {count}), number => string(number))")
        assert isinstance(found, Prediction)
        filters = [each["properties"]["filter"]["advancedFilters"] for each in found.resources]
        assert {each["key"] for of_one in filters for each in of_one} == keys
        assert all(sum(len(each["values"]) for each in of_one) <= 25 for of_one in filters)


def test_no_more_instances_can_be_asked_for_than_a_queue_has_receivers() -> None:
    """A queue allows 5,000; an instance waits for as many sessions as host.json says."""
    template, _ = built("main")
    sessions = json.loads((ROOT / "host.json").read_text("utf-8"))["extensions"]["serviceBus"]["maxConcurrentSessions"]
    most = template["parameters"]["maximumInstanceCount"]["maxValue"]
    assert most * sessions <= 5_000 < (most + 1) * sessions
