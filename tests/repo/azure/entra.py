"""A small Microsoft Entra ID behind the paths of Microsoft Graph that the scripts call.

It refuses what the real one refuses and scripts stumble over: clients that are allowed a scope which is not stored yet,
enabled roles and scopes left out of a change, the role of another application, a role twice, a service principal just
after its application, a caller without rights. What it knows is one JSON object, given and changed in place.
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


COMPLEX = {"api", "spa"}
"""A change of these keeps the members that it does not name; a list is replaced as a whole."""


class Refused(Exception):
    """Raised with the code and message of Graph's error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Entra:
    """Applications, service principals and role assignments of one tenant.

    Args:
        state: `applications`, `principals` and `assignments` are lists of Graph's objects. `rights` are, by caller,
            `read` and `register`; `unknown_for` is how many calls a new application stays unknown to the rest of the
            directory.
        caller: The name of whoever is signed in.
    """

    def __init__(self, state: Json, caller: str) -> None:
        self._state = state
        self._rights = state["rights"].get(caller, [])

    def handle(self, method: str, path: str, parameters: Mapping[str, str], body: Json) -> Json:
        """Answer one request.

        Raises:
            Refused: As Graph would.
        """
        if ("read" if method == "GET" else "register") not in self._rights:
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
        application = {
            "appId": f"application-{number}",
            "identifierUris": [],
            "api": {"oauth2PermissionScopes": [], "preAuthorizedApplications": []},
            "appRoles": [],
            "spa": {"redirectUris": []},
            "requiredResourceAccess": [],
        }
        self._change(application, body)
        self._state["applications"].append(application)
        self._state["unknown"] = {**self._state.get("unknown", {}), application["appId"]: self._state["unknown_for"]}
        return application

    def _application(self, _: Mapping[str, str], __: Json, app_id: str) -> Json:
        found = self._stored(app_id)
        return {**found, "appRoles": [{**role, "origin": "Application"} for role in found["appRoles"]]}

    def _stored(self, app_id: str) -> Json:
        return _one(self._state["applications"], "appId", app_id)

    def _update_application(self, _: Mapping[str, str], body: Json, app_id: str) -> Json:
        self._change(self._stored(app_id), body)
        return {}

    def _change(self, application: Json, body: Json) -> None:
        if strange := set(body) - SETTABLE:
            raise Refused("Request_BadRequest", f"Invalid property {sorted(strange)}")
        allowed = {*application["identifierUris"], f"api://{application['appId']}"}
        if not set(body.get("identifierUris", [])) <= allowed:
            raise Refused("HostNameNotOnVerifiedDomain", "an identifier names another application")
        if any("origin" in role for role in body.get("appRoles", [])):
            raise Refused("Request_BadRequest", "Property 'origin' is read-only and cannot be set.")
        _keeps_what_is_enabled(application["appRoles"], body.get("appRoles"))
        stored = application["api"]["oauth2PermissionScopes"]
        api = body.get("api", {})
        _keeps_what_is_enabled(stored, api.get("oauth2PermissionScopes"))
        for client in api.get("preAuthorizedApplications", []):
            if not set(client["delegatedPermissionIds"]) <= {scope["id"] for scope in stored}:
                raise Refused("InvalidValue", "delegatedPermissionIds has a Permission Id that cannot be found")
        application.update({name: {**application[name], **body[name]} for name in COMPLEX & set(body)})
        application.update({name: body[name] for name in set(body) - COMPLEX})

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
            self._stored(app_id)
        principal = {"id": f"principal-of-{app_id}", "appId": app_id}
        self._state["principals"].append(principal)
        return principal

    def _assignments(self, _: Mapping[str, str], __: Json, principal_id: str) -> Json:
        _one(self._state["principals"], "id", principal_id)
        return {"value": [each for each in self._state["assignments"] if each["resourceId"] == principal_id]}

    def _assign(self, _: Mapping[str, str], body: Json, principal_id: str) -> Json:
        resource = _one(self._state["principals"], "id", principal_id)
        roles = self._stored(resource["appId"])["appRoles"]
        _one(roles, "id", body["appRoleId"])
        held = self._state["assignments"]
        if any(body.items() <= each.items() for each in held) or body["resourceId"] != principal_id:
            raise Refused("Request_BadRequest", "Permission being assigned already exists on the object")
        held.append({"id": f"assignment-{len(held) + 1}", **body})
        assignment: Json = held[-1]
        return assignment


def _keeps_what_is_enabled(stored: list[Json], wanted: list[Json] | None) -> None:
    kept = stored if wanted is None else wanted
    if lost := [each["id"] for each in stored if each["isEnabled"] and each["id"] not in {one["id"] for one in kept}]:
        raise Refused(
            "CannotDeleteOrUpdateEnabledEntitlement",
            f"Permission (scope or role) cannot be deleted or updated unless disabled first: {lost}",
        )


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
