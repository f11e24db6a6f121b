"""`az`, `azd` and `curl` as far as the deployment scripts use them: `python -m tests.repo.azure.program az ARGUMENT…`.

What Azure knows is in the JSON file that AZURE_STATE names, read at the start and written at the end. An argument that
tests.repo.azure.reference does not have ends the program, as does a query that is not known here.
"""

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

from tests.repo.azure.entra import Entra, Refused
from tests.repo.azure.reference import AZ, GLOBAL

type Json = dict[str, Any]

GRAPH = "https://graph.microsoft.com/v1.0/"


def query(answer: Any, expression: str) -> Any:
    """The part of an answer that a JMESPath expression of the scripts names."""
    if match := re.fullmatch(r"value\[\?principalId=='(.*)' && appRoleId=='(.*)'\]\.id", expression):
        held = [each for each in answer["value"] if (each["principalId"], each["appRoleId"]) == match.groups()]
        return [each["id"] for each in held]
    if match := re.fullmatch(r"value\[\]\.(\w+)", expression):
        return [each[match.group(1)] for each in answer["value"]]
    if expression == "properties.outputs.[keys(@), *.value]":
        outputs = answer["properties"]["outputs"]
        return [list(outputs), [output["value"] for output in outputs.values()]]
    if match := re.fullmatch(r"(\w+)\[\]\.\{(.+)\}", expression):
        fields = [field.partition(": ") for field in match.group(2).split(", ")]
        return [{name: each[field] for name, _, field in fields} for each in answer[match.group(1)]]
    if " || " in expression:
        return next((found for each in expression.split(" || ") if (found := query(answer, each))), None)
    for part in expression.split("."):
        if not part.isidentifier():
            sys.exit(f"unknown query: {expression}")
        answer = answer.get(part)
    return answer


def tsv(answer: Any) -> str:
    """An answer as `--output tsv` prints it: one row a line, its fields apart by tabs."""
    rows = answer if isinstance(answer, list) else [answer]
    return "".join("\t".join(row) + "\n" if isinstance(row, list) else f"{row}\n" for row in rows)


def error(message: str, code: int = 1) -> NoReturn:
    """End as `az` does."""
    print(f"ERROR: {message}", file=sys.stderr)
    sys.exit(code)


class Az:
    """The commands of `az`, one method each, over what Azure knows."""

    def __init__(self, state: Json) -> None:
        self._state = state

    def run(self, words: list[str]) -> None:
        """Run one command and print its answer."""
        command = next((name for name in AZ if words[: len(name.split())] == name.split()), None)
        if command is None:
            error(f"{words} is misspelled or not recognized", 2)
        parser = argparse.ArgumentParser(allow_abbrev=False)
        parser.add_argument("--only-show-errors", action="store_true")
        for option in AZ[command] | GLOBAL - {"--only-show-errors"}:
            parser.add_argument(option)
        options = parser.parse_args(words[len(command.split()) :])
        if not self._state["signed_in"]:
            error("Please run 'az login' to setup account.")
        answer = getattr(self, command.replace(" ", "_").replace("-", "_"))(options)
        if options.output != "none" and answer:
            part = query(answer, options.query) if options.query else answer
            sys.stdout.write(tsv(part) if options.output == "tsv" else json.dumps(part, indent=2))

    @property
    def _caller(self) -> str:
        return str(self._state["signed_in"]["user"]["name"])

    def account_show(self, options: argparse.Namespace) -> Json:
        """Who is signed in, and where; the subscription that is chosen, unless another is named."""
        account: Json = self._state["signed_in"]
        if options.subscription in (None, account.get("id")):
            return account
        if options.subscription not in self._state["other_subscriptions"]:
            error(f"Subscription '{options.subscription}' not found. Check the spelling and casing and try again.")
        return {**account, **self._state["other_subscriptions"][options.subscription]}

    def ad_signed_in_user_show(self, _: argparse.Namespace) -> Json:
        """The signed-in person; a service principal is none."""
        if self._state["signed_in"]["user"]["type"] != "user":
            error("/me request is only valid with delegated authentication flow.")
        return {"id": f"object-of-{self._caller}"}

    def ad_sp_show(self, options: argparse.Namespace) -> Json:
        """A service principal by its application."""
        if "read" not in self._state["rights"].get(self._caller, []):
            error("Insufficient privileges to complete the operation.")
        return {"id": f"object-of-{options.id}"}

    def rest(self, options: argparse.Namespace) -> Json:
        """A call of Microsoft Graph."""
        if not options.url.startswith(GRAPH):
            error(f"not Microsoft Graph: {options.url}")
        name, _, value = (options.url_parameters or "").partition("=")
        body = json.loads(options.body or "{}")
        try:
            entra = Entra(self._state, self._caller)
            return entra.handle(options.method, options.url.removeprefix(GRAPH), {name: value}, body)
        except Refused as refused:
            error(json.dumps({"error": {"code": refused.code, "message": str(refused)}}))

    def resource_show(self, options: argparse.Namespace) -> Json:
        """A resource; one that was published appears after some looks."""
        if options.ids in self._state["event_subscriptions"]:
            return {"properties": {"destination": {"properties": self._state["event_subscriptions"][options.ids]}}}
        if "/eventSubscriptions/" in options.ids:
            error(f"(ResourceNotFound) The Resource '{options.ids}' was not found.", 3)
        self._state["looks"] += 1
        if options.ids not in self._state["functions"] or self._state["looks"] <= self._state["appears_after"]:
            error(f"(ResourceNotFound) The Resource '{options.ids}' was not found.", 3)
        return {"id": options.ids}

    def deployment_sub_show(self, options: argparse.Namespace) -> Json:
        """A deployment of the subscription, with its outputs."""
        if options.name not in self._state["deployments"]:
            error(f"(DeploymentNotFound) Deployment '{options.name}' could not be found.", 3)
        return {"properties": {"outputs": self._state["deployments"][options.name]}}

    def deployment_group_create(self, options: argparse.Namespace) -> Json:
        """Deploy; the first tries may fail."""
        self._state["tries"] += 1
        if self._state["tries"] <= self._state["failing_tries"]:
            error("(Endpoint validation) Destination endpoint not found.")
        environment = {name: os.environ[name] for name in self._state["recorded"] if name in os.environ}
        self._state["deployed"].append({**vars(options), "environment": environment})
        return {"properties": {}}


def azd(state: Json, words: list[str]) -> None:
    """`azd env set NAME VALUE --environment ENVIRONMENT`."""
    match words:
        case ["env", "set", name, value, "--environment", environment]:
            state["azd"].setdefault(environment, {})[name] = value
        case _:
            error(f"unknown command {words}")


def curl(state: Json, words: list[str]) -> None:
    """A request that succeeds when the app answers at the address."""
    match words:
        case ["--fail", "--silent", "--max-time", _, "--output", "/dev/null", address]:
            state["looks"] += 1
            if address not in state["answering"] or state["looks"] <= state["appears_after"]:
                sys.exit(22)
        case _:
            sys.exit(2)


def main() -> None:
    """Run the command that the first argument names."""
    file = Path(os.environ["AZURE_STATE"])
    state = json.loads(file.read_text(encoding="utf-8"))
    program, *words = sys.argv[1:]
    try:
        match program:
            case "az":
                Az(state).run(words)
            case "azd":
                azd(state, words)
            case "curl":
                curl(state, words)
    finally:
        file.write_text(json.dumps(state), encoding="utf-8")


if __name__ == "__main__":
    main()
