#!/bin/sh
# Prints the outputs of a deployment of main.bicep, and its subscription, as variables: eval "$(sh infra/scripts/outputs.sh)"
#
# Reads AZURE_ENV_NAME, the name of the deployment. Not needed with azd, which keeps all this itself.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/common.sh

deployment="${AZURE_ENV_NAME:-contact-centre}"
require_sign_in

outputs="$(az deployment sub show --name "$deployment" --query 'properties.outputs.[keys(@), *.value]' --output tsv)" ||
    fail "no deployment $deployment in this subscription. Choose it with az account set, and name it with AZURE_ENV_NAME."

subscription="$(az account show --query id --output tsv)"
echo "export AZURE_SUBSCRIPTION_ID='$subscription'"
# Azure changes the case of the names on their way (azurE_FUNCTION_ID).
echo "$outputs" | awk -F '\t' '
    NR == 1 { for (i = 1; i <= NF; i++) name[i] = toupper($i) }
    NR == 2 { for (i = 1; i in name; i++) printf "export %s='\''%s'\''\n", name[i], $i }'
