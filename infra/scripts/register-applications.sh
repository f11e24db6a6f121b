#!/bin/sh
# Registers applications in Microsoft Entra ID, without a secret. Repeating it changes nothing.
#
#   register-applications.sh          for AUTH_MODE=entra: the API with its three roles, and the desk, a public client (PKCE).
#                                     Whoever runs it becomes Admin. Hands on ENTRA_TENANT_ID, ENTRA_AUDIENCE, DESK_CLIENT_ID
#   register-applications.sh events   for DELIVERY=webhook: the application in whose name Event Grid calls the webhook.
#                                     Hands on ENTRA_TENANT_ID, EVENTS_AUDIENCE
#
# Reads AZURE_ENV_NAME, after which the registrations are named, and API_ADDRESS, once it is known: the desk signs in there.
set -eu
cd "$(dirname "$0")/../.."
. infra/scripts/common.sh

NAME="${AZURE_ENV_NAME:-contact-centre}"
LOCAL_DESK=http://localhost:7071/api/desk
TRIES=6

# What the registrations declare. Such an id has to be unique within its registration only.
AGENT=5d1c1f0e-5c0f-4d7e-9d0b-6a1f3a8e2b01
SUPERVISOR=5d1c1f0e-5c0f-4d7e-9d0b-6a1f3a8e2b02
ADMIN=5d1c1f0e-5c0f-4d7e-9d0b-6a1f3a8e2b03
ACCESS_AS_USER=5d1c1f0e-5c0f-4d7e-9d0b-6a1f3a8e2b04
SUBSCRIBER=5d1c1f0e-5c0f-4d7e-9d0b-6a1f3a8e2b05

# Applications of Microsoft: the same in every tenant of the public cloud.
AZURE_CLI=04b07795-8ddb-461a-bbee-02f9e1bf7b46
EVENT_GRID=4962773b-9cdb-44cf-a8bf-237846a00ab7

call() { # METHOD PATH ARGUMENT...
    method=$1 address="https://graph.microsoft.com/v1.0/$2"
    shift 2
    answer="$(az rest --only-show-errors --method "$method" --url "$address" "$@" 2>&1)" && return
    case "$answer" in
    *Authorization_RequestDenied*)
        fail "you may not register applications in the tenant $TENANT, or not give their roles." \
            "Ask its administrator for the role Cloud Application Administrator, or to run this script:" \
            "AZURE_ENV_NAME=$NAME sh infra/scripts/$(basename "$0")${MODE:+ $MODE}"
        ;;
    esac
    return 1
}

# Prints what Microsoft Graph answers. It may take some seconds until it knows everywhere what was just made.
graph() { # METHOD PATH ARGUMENT...
    again "$TRIES" call "$@" || fail "$answer"
    echo "$answer"
}

# Prints the id of the registration of that name, which is made when there is none.
application() { # NAME BODY
    ids="$(graph GET applications --url-parameters "\$filter=displayName eq '$1'" --query 'value[].appId' --output tsv)"
    case "$(echo "$ids" | grep -c .)" in
    0) graph POST applications --body "$2" --query appId --output tsv ;;
    1) echo "$ids" ;;
    *) fail "several applications are called $1. Delete or rename what is not ours: https://entra.microsoft.com, App registrations" ;;
    esac
}

describe() { # APPLICATION BODY
    graph PATCH "applications(appId='$1')" --body "$2" >/dev/null
}

# Prints the object id of an application's service principal, which is made when there is none.
principal() { # APPLICATION
    id="$(graph GET servicePrincipals --url-parameters "\$filter=appId eq '$1'" --query 'value[].id' --output tsv)"
    if [ -z "$id" ]; then
        id="$(graph POST servicePrincipals --body "{\"appId\": \"$1\"}" --query id --output tsv)"
    fi
    echo "$id"
}

# Prints the object id of whoever is signed in.
signed_in() {
    if [ "$(az account show --query user.type --output tsv)" = user ]; then
        az ad signed-in-user show --query id --output tsv
    else
        az ad sp show --id "$(az account show --query user.name --output tsv)" --query id --output tsv
    fi
}

give() { # ROLE-ID SERVICE-PRINCIPAL TO
    held="$(graph GET "servicePrincipals/$2/appRoleAssignedTo" --url-parameters "\$top=999" \
        --query "value[?principalId=='$3' && appRoleId=='$1'].id" --output tsv)"
    if [ -z "$held" ]; then
        graph POST "servicePrincipals/$2/appRoleAssignedTo" \
            --body "{\"principalId\": \"$3\", \"resourceId\": \"$2\", \"appRoleId\": \"$1\"}" >/dev/null
    fi
}

role() { # ID VALUE DESCRIPTION
    printf '{"id": "%s", "value": "%s", "displayName": "%s", "description": "%s", ' "$1" "$2" "$2" "$3"
    printf '"allowedMemberTypes": ["User", "Application"], "isEnabled": true}'
}

client() { # APPLICATION
    printf '{"appId": "%s", "delegatedPermissionIds": ["%s"]}' "$1" "$ACCESS_AS_USER"
}

api_body() { # IDENTIFIERS CLIENTS
    cat <<JSON
{"displayName": "$NAME API", "signInAudience": "AzureADMyOrg", "identifierUris": [$1],
 "api": {"requestedAccessTokenVersion": 2,
         "oauth2PermissionScopes": [{"id": "$ACCESS_AS_USER", "value": "access_as_user", "type": "User", "isEnabled": true,
           "adminConsentDisplayName": "Use the contact centre", "adminConsentDescription": "Call the API as the signed-in user.",
           "userConsentDisplayName": "Use the contact centre", "userConsentDescription": "Call the API as you."}],
         "preAuthorizedApplications": [$2]},
 "appRoles": [$(role $AGENT Agent "Answers the conversations of its queues."),
              $(role $SUPERVISOR Supervisor "Sees all conversations, and keeps the agents."),
              $(role $ADMIN Admin "Also quarantine, erasure and export.")]}
JSON
}

desk_body() { # API REDIRECTS
    cat <<JSON
{"displayName": "$NAME desk", "signInAudience": "AzureADMyOrg", "spa": {"redirectUris": [$2]},
 "requiredResourceAccess": [{"resourceAppId": "$1", "resourceAccess": [{"id": "$ACCESS_AS_USER", "type": "Scope"}]}]}
JSON
}

events_body() { # IDENTIFIERS
    cat <<JSON
{"displayName": "$NAME events", "signInAudience": "AzureADMyOrg", "identifierUris": [$1],
 "api": {"requestedAccessTokenVersion": 2},
 "appRoles": [$(role $SUBSCRIBER AzureEventGridSecureWebhookSubscriber "Delivers events to the webhook.")]}
JSON
}

# Prints where the desk may sign in, as JSON: what is registered stays.
redirects() { # DESK
    registered="$(graph GET "applications(appId='$1')" --query 'spa.redirectUris' --output tsv)"
    for address in $registered $LOCAL_DESK ${API_ADDRESS:+"$API_ADDRESS/desk"}; do
        printf '"%s"\n' "$address"
    done | sort -u | paste -s -d , -
}

# The scope has to exist before a client is allowed to use it without consent, hence the second description.
register_api_and_desk() {
    api="$(application "$NAME API" "$(api_body "" "")")"
    desk="$(application "$NAME desk" "$(desk_body "$api" "\"$LOCAL_DESK\"")")"
    addresses="$(redirects "$desk")"
    describe "$api" "$(api_body "\"api://$api\"" "$(client $AZURE_CLI), $(client "$desk")")"
    describe "$desk" "$(desk_body "$api" "$addresses")"
    service="$(principal "$api")"
    principal "$desk" >/dev/null
    give $ADMIN "$service" "$me"
    hand_on ENTRA_TENANT_ID "$TENANT"
    hand_on ENTRA_AUDIENCE "$api"
    hand_on DESK_CLIENT_ID "$desk"
}

register_events() {
    events="$(application "$NAME events" "$(events_body "")")"
    describe "$events" "$(events_body "\"api://$events\"")"
    service="$(principal "$events")"
    event_grid="$(principal $EVENT_GRID)"
    give $SUBSCRIBER "$service" "$event_grid"
    give $SUBSCRIBER "$service" "$me"
    hand_on ENTRA_TENANT_ID "$TENANT"
    hand_on EVENTS_AUDIENCE "$events"
}

MODE="${1:-}"
require_sign_in
TENANT="$(az account show --query tenantId --output tsv)"
me="$(signed_in)" || fail "Microsoft Entra ID does not say who is signed in. Run: az login"
case "$MODE" in
"") register_api_and_desk ;;
events) register_events ;;
*) fail "say events, or nothing; not $MODE" ;;
esac
