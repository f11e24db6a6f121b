"""A small Microsoft Entra ID behind the paths of Microsoft Graph that the scripts call.

It refuses what the real one refuses and scripts stumble over: clients that are allowed a scope which is not stored yet,
the role of another application, a role twice, a service principal just after its application, a caller without rights.
What it knows is one JSON object, given and changed in place.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

type Json = dict[str, Any]

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
EVENT_GRID = "4962773b-9cdb-44cf-a8bf-237846a00ab7"
SETTABLE = {
    "displayName",
    "signInAudience",
    "identifierUris",
    "api",
    "appRoles",
    "spa",
    "requiredResourceAccess",
}


class Refused(Exception):
    """Raised with the code and message of Graph's error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Entra:
    """Applications, service principals and role assignments of one tenant.

    Args:
        state: `applications`, `principals` and `assignments` are lists of Graph's objects. `may_read` and
            `may_register` are the caller's rights, `unknown_for` how many calls a new application stays unknown to the
            rest of the directory.
    """

    def __init__(self, state: Json) -> None:
        self._state = state

    def handle(self, method: str, path: str, parameters: Mapping[str, str], body: Json) -> Json:
        """Answer one request.

        Raises:
            Refused: As Graph would.
        """
        if not self._state["may_read" if method == "GET" else "may_register"]:
            raise Refused("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        routes: dict[tuple[str, str], Callable[..., Json]] = {
            ("GET", r"applications"): self._find_applications,
            ("POST", r"applications"): self._create_application,
            ("GET", r"applications\(appId='(.+)'\)"): self._application,
            ("PATCH", r"applications\(appId='(.+)'\)"): self._update_application,
            ("GET", r"servicePrincipals"): self._find_principals,
            ("POST", r"servicePrincipals"): self._create_principal,
            ("GET", r"servicePrincipals/(.+)/appRoleAssignedTo"): self._assignments,
            ("POST", r"servicePrincipals/(.+)/appRoleAssignedTo"): self._assign,
        }
        for (verb, pattern), answer in routes.items():
            if verb == method and (match := re.fullmatch(pattern, path)):
                return answer(parameters, body, *match.groups())
        raise Refused("Request_BadRequest", f"no such request: {method} {path}")

    def _find_applications(self, parameters: Mapping[str, str], _: Json) -> Json:
        name = _wanted(parameters, "displayName")
        return {"value": [each for each in self._state["applications"] if each["displayName"] == name]}

    def _create_application(self, _: Mapping[str, str], body: Json) -> Json:
        number = len(self._state["applications"]) + 1
        application = {"appId": f"application-{number}", "spa": {"redirectUris": []}, "api": {}, "appRoles": []}
        self._change(application, body)
        self._state["applications"].append(application)
        self._state["unknown"] = {**self._state.get("unknown", {}), application["appId"]: self._state["unknown_for"]}
        return application

    def _application(self, _: Mapping[str, str], __: Json, app_id: str) -> Json:
        return _one(self._state["applications"], "appId", app_id)

    def _update_application(self, _: Mapping[str, str], body: Json, app_id: str) -> Json:
        self._change(self._application({}, {}, app_id), body)
        return {}

    def _change(self, application: Json, body: Json) -> None:
        if strange := set(body) - SETTABLE:
            raise Refused("Request_BadRequest", f"Invalid property {sorted(strange)}")
        if any(uri != f"api://{application['appId']}" for uri in body.get("identifierUris", [])):
            raise Refused("HostNameNotOnVerifiedDomain", "an identifier names another application")
        stored = {each["id"] for each in application["api"].get("oauth2PermissionScopes", [])}
        for client in body.get("api", {}).get("preAuthorizedApplications", []):
            if not set(client["delegatedPermissionIds"]) <= stored:
                raise Refused("InvalidValue", "delegatedPermissionIds has a Permission Id that cannot be found")
            if client["appId"] != AZURE_CLI:
                self._application({}, {}, client["appId"])
        application.update(body)

    def _find_principals(self, parameters: Mapping[str, str], _: Json) -> Json:
        app_id = _wanted(parameters, "appId")
        return {"value": [each for each in self._state["principals"] if each["appId"] == app_id]}

    def _create_principal(self, _: Mapping[str, str], body: Json) -> Json:
        app_id = body["appId"]
        unknown = self._state.get("unknown", {})
        if unknown.get(app_id, 0) > 0:
            unknown[app_id] -= 1
            raise Refused("NoBackingApplicationObject", f"{app_id} does not reference a valid application object")
        if app_id != EVENT_GRID:
            self._application({}, {}, app_id)
        principal = {"id": f"principal-of-{app_id}", "appId": app_id}
        self._state["principals"].append(principal)
        return principal

    def _assignments(self, _: Mapping[str, str], __: Json, principal_id: str) -> Json:
        _one(self._state["principals"], "id", principal_id)
        return {"value": [each for each in self._state["assignments"] if each["resourceId"] == principal_id]}

    def _assign(self, _: Mapping[str, str], body: Json, principal_id: str) -> Json:
        resource = _one(self._state["principals"], "id", principal_id)
        roles = self._application({}, {}, resource["appId"])["appRoles"]
        _one(roles, "id", body["appRoleId"])
        held = self._state["assignments"]
        if any(body.items() <= each.items() for each in held) or body["resourceId"] != principal_id:
            raise Refused("Request_BadRequest", "Permission being assigned already exists on the object")
        held.append({"id": f"assignment-{len(held) + 1}", **body})
        assignment: Json = held[-1]
        return assignment


def _wanted(parameters: Mapping[str, str], name: str) -> str:
    match = re.fullmatch(rf"{name} eq '(.*)'", parameters.get("$filter", ""))
    if not match:
        raise Refused("Request_UnsupportedQuery", f"unknown filter: {dict(parameters)}")
    return match.group(1)


def _one(objects: list[Json], key: str, value: str) -> Json:
    for each in objects:
        if each[key] == value:
            return each
    raise Refused("Request_ResourceNotFound", f"Resource '{value}' does not exist")
