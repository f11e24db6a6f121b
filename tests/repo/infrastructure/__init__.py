"""infra/ is as the architecture wants it: what Bicep predicts for each variant, read from the stored snapshots."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.repo import ROOT

INFRA = ROOT / "infra"
NAMES = sorted(path.stem for path in (INFRA / "variants").glob("*.bicepparam"))
CENTRES = [name for name in NAMES if not name.startswith("events")]
EVENTS = [name for name in NAMES if name.startswith("events")]
CLOUD = {"whatsapp-both", "whatsapp-cloud", "whatsapp-cloud-private"}
"""Numbers are at Meta's Cloud API."""
WITHOUT_ACS = {"whatsapp-cloud", "whatsapp-cloud-private"}
"""No number is at Azure Communication Services."""

_EXTENSION = re.compile(r"\[extensionResourceId\('(?P<scope>[^']+)', '(?P<kind>[^']+)', (?P<name>.+)\)\]")

type Resource = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the deployment of a variant would leave behind."""

    resources: Sequence[Resource]
    outputs: dict[str, str]

    def of(self, kind: str) -> list[Resource]:
        """The resources of a type, such as `Microsoft.Web/sites`."""
        return [resource for resource in self.resources if resource["type"] == kind]

    def one(self, kind: str, name: str = "") -> Resource:
        """The only resource of a type, or the one whose name ends so."""
        (found,) = [resource for resource in self.of(kind) if resource["name"].endswith(name)]
        return found


def with_known_id(resource: Resource) -> Resource:
    """A resource; where only Azure can tell its own name, that name is the expression that tells it."""
    if found := _EXTENSION.fullmatch(resource["id"]):
        return {**resource, "id": f"{found['scope']}/providers/{found['kind']}/{found['name']}"}
    return resource


def read_prediction(text: str) -> Prediction:
    """The prediction in a snapshot."""
    snapshot = json.loads(text)
    resources = [with_known_id(resource) for resource in snapshot["predictedResources"]]
    return Prediction(resources=resources, outputs=snapshot["outputs"])


@cache
def predicted(name: str) -> Prediction:
    """What is stored for a variant."""
    return read_prediction((INFRA / "variants" / f"{name}.snapshot.json").read_text(encoding="utf-8"))


def last(name: str) -> str:
    """The last part of a name or id."""
    return name.rpartition("/")[2]
