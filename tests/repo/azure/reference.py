"""The sub-commands of `az`, `azd` and `func` that pages and scripts use, each with the options that they use.

Copied from what the tools say of themselves, not from our pages:

- `az`: `az COMMAND --help` of Azure CLI 2.91.0; as a page, `az a b c` is at https://learn.microsoft.com/cli/azure/a/b,
  `az login` and `az rest` at https://learn.microsoft.com/cli/azure/reference-index.
- `azd`: `azd COMMAND --help`, recorded in cli/azd/cmd/testdata of https://github.com/Azure/azure-dev.
- `func`: https://github.com/Azure/azure-functions-core-tools, src/Cli/func/Common/GlobalCoreToolsSettings.cs.
"""

GLOBAL = frozenset({"--query", "--output", "--only-show-errors"})
"""Every sub-command of `az` has these."""

AZ: dict[str, frozenset[str]] = {
    "account get-access-token": frozenset({"--resource", "--scope"}),
    "account set": frozenset({"--subscription"}),
    "account show": frozenset({"--subscription"}),
    "ad app delete": frozenset({"--id"}),
    "ad signed-in-user show": frozenset(),
    "ad sp show": frozenset({"--id"}),
    "ad user show": frozenset({"--id"}),
    "deployment group create": frozenset(
        {"--subscription", "--resource-group", "--name", "--template-file", "--parameters"}
    ),
    "deployment sub create": frozenset({"--name", "--location", "--template-file", "--parameters"}),
    "deployment sub show": frozenset({"--name"}),
    "deployment sub what-if": frozenset({"--name", "--location", "--template-file", "--parameters"}),
    "eventgrid system-topic event-subscription delete": frozenset(
        {"--name", "--system-topic-name", "--resource-group", "--yes"}
    ),
    "eventgrid system-topic delete": frozenset({"--name", "--resource-group", "--yes"}),
    "eventgrid system-topic list": frozenset(),
    "eventgrid system-topic show": frozenset({"--name", "--resource-group"}),
    "eventgrid system-topic update": frozenset({"--name", "--resource-group", "--identity"}),
    "functionapp deployment source config-zip": frozenset({"--resource-group", "--name", "--src", "--build-remote"}),
    "functionapp keys list": frozenset({"--name", "--resource-group"}),
    "functionapp keys set": frozenset({"--name", "--resource-group", "--key-type", "--key-name"}),
    "functionapp restart": frozenset({"--name", "--resource-group"}),
    "group delete": frozenset({"--name"}),
    "identity show": frozenset({"--name", "--resource-group"}),
    "keyvault list-deleted": frozenset({"--resource-type"}),
    "keyvault network-rule add": frozenset({"--name", "--ip-address"}),
    "keyvault network-rule remove": frozenset({"--name", "--ip-address"}),
    "keyvault recover": frozenset({"--name"}),
    "keyvault secret show": frozenset({"--vault-name", "--name"}),
    "keyvault secret set": frozenset({"--vault-name", "--name", "--file", "--encoding", "--expires"}),
    "keyvault show": frozenset({"--name"}),
    "keyvault update": frozenset({"--name", "--public-network-access", "--default-action"}),
    "lock delete": frozenset({"--name", "--resource", "--resource-group", "--resource-type"}),
    "login": frozenset(),
    "monitor metrics alert delete": frozenset({"--name", "--resource-group"}),
    "provider list": frozenset(),
    "provider register": frozenset({"--namespace"}),
    "resource show": frozenset({"--ids", "--api-version", "--name", "--resource-group", "--resource-type"}),
    "role assignment create": frozenset({"--assignee-object-id", "--assignee-principal-type", "--role", "--scope"}),
    "role assignment delete": frozenset({"--assignee", "--role", "--scope"}),
    "rest": frozenset({"--method", "--url", "--url-parameters", "--body"}),
}
AZD: dict[str, frozenset[str]] = {
    "auth login": frozenset(),
    "deploy": frozenset(),
    "env get-values": frozenset(),
    "env new": frozenset({"--location", "--subscription"}),
    "env set": frozenset({"--environment"}),
    "provision": frozenset(),
    "up": frozenset(),
}
FUNC: dict[str, frozenset[str]] = {"azure functionapp publish": frozenset({"--no-build", "--python"})}
