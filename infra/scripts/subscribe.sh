#!/bin/sh
# Deploys the event subscriptions, infra/events.bicep: the last step, as Event Grid takes a destination only when it is there.
#
# Reads the outputs of main.bicep (infra/scripts/outputs.sh prints them), DELIVERY: function (default) or webhook, and
# SENT_STATUSES: false (default) or true.
# Where no number is at Azure Communication Services there is no topic, EVENT_GRID_TOPIC_NAME is empty, and nothing is to do.
# Waits for the published function, then tries a few times: Event Grid may find it a little later than we do.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/common.sh

DELIVERY="${DELIVERY:-function}"
LOOKS=30
TRIES=5

ingest_is_there() {
    az resource show --ids "$AZURE_FUNCTION_ID/functions/ingest" --api-version 2025-03-01 --output none 2>/dev/null
}

app_answers() {
    curl --fail --silent --max-time 30 --output /dev/null "$API_ADDRESS/health"
}

lower() {
    printf '%s' "$1" | tr '[:upper:]' '[:lower:]'
}

# A deployment that shares the topic would lose its events without a word.
refuse_to_take_over() { # SUBSCRIPTION
    destination="$(az resource show --ids "$topic/eventSubscriptions/$1" --api-version 2025-02-15 --output tsv \
        --query 'properties.destination.properties.resourceId || properties.destination.properties.endpointBaseUrl' \
        2>/dev/null)" || return 0
    case "$(lower "$destination")" in
    "$(lower "$AZURE_FUNCTION_ID/functions/ingest")" | "$(lower "${API_ADDRESS:-}/events")") ;;
    *)
        fail "$1 of the topic $EVENT_GRID_TOPIC_NAME delivers to $destination, which is not this deployment." \
            "Each deployment needs a Communication Services resource of its own. If that one is no longer used," \
            "delete $1 and run this again."
        ;;
    esac
}

deploy() {
    az deployment group create --subscription "$subscription" --resource-group "$EVENT_GRID_TOPIC_RESOURCE_GROUP" \
        --name whatsapp-events --template-file infra/events.bicep --parameters infra/events.bicepparam --output none
}

if [ -z "${EVENT_GRID_TOPIC_NAME-unknown}" ]; then
    echo "There is no Event Grid topic: every number is at Meta's Cloud API, which calls ${API_ADDRESS:-the API}/whatsapp"
    exit 0
fi

set -- AZURE_FUNCTION_ID EVENT_GRID_TOPIC_NAME EVENT_GRID_TOPIC_RESOURCE_GROUP EVENTS_STORAGE_ID
case "$DELIVERY" in
function) require "$@" ;;
webhook) require "$@" API_ADDRESS ENTRA_TENANT_ID EVENTS_AUDIENCE ;;
*) fail "DELIVERY is function or webhook, not $DELIVERY" ;;
esac
require_sign_in

subscription="${AZURE_FUNCTION_ID#/subscriptions/}"
subscription="${subscription%%/*}"
topic="/subscriptions/$subscription/resourceGroups/$EVENT_GRID_TOPIC_RESOURCE_GROUP/providers/Microsoft.EventGrid/systemTopics/$EVENT_GRID_TOPIC_NAME"
for name in whatsapp-received whatsapp-status; do
    refuse_to_take_over "$name"
done

echo "Waiting for the published app"
case "$DELIVERY" in
function) again "$LOOKS" ingest_is_there || fail "the function ingest is not there. Publish the code, then run this again." ;;
webhook) again "$LOOKS" app_answers || fail "$API_ADDRESS/health does not answer. Publish the code, then run this again." ;;
esac

echo "Deploying the event subscriptions to the topic $EVENT_GRID_TOPIC_NAME"
again "$TRIES" deploy || fail "the event subscriptions were not deployed in $TRIES tries; Azure's reason is above."
echo "whatsapp-received and whatsapp-status deliver to the app"
