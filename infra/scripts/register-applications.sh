#!/bin/sh
# Registers applications in Microsoft Entra ID, without a secret. It adds what is missing, and changes nothing that is there.
#
#   register-applications.sh          for AUTH_MODE=entra: the API with its three roles, and the desk, a public client (PKCE).
#                                     Whoever runs it becomes Admin, as long as nobody has a role of the API.
#                                     Hands on ENTRA_TENANT_ID, ENTRA_AUDIENCE, DESK_CLIENT_ID
#   register-applications.sh desk     lets the desk DESK_CLIENT_ID sign in at API_ADDRESS, once that is known
#   register-applications.sh events   for DELIVERY=webhook: the application in whose name Event Grid calls the webhook.
#                                     Whoever runs it may make the event subscriptions.
#                                     Hands on ENTRA_TENANT_ID, EVENTS_AUDIENCE
#
# Reads AZURE_ENV_NAME, after which the registrations are named, and the tenant that they belong to: ENTRA_TENANT_ID, or
# that of AZURE_SUBSCRIPTION_ID, or that of the subscription that is chosen in az.
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

# The list of roles without "origin", which Microsoft Graph adds and does not take back.
FIELDS="id: id, value: value, displayName: displayName, description: description"
ROLES="appRoles[].{$FIELDS, allowedMemberTypes: allowedMemberTypes, isEnabled: isEnabled}"

# Applications of Microsoft: the same in every tenant of the public cloud.
AZURE_CLI=04b07795-8ddb-461a-bbee-02f9e1bf7b46
EVENT_GRID=4962773b-9cdb-44cf-a8bf-237846a00ab7

call() { # METHOD PATH ARGUMENT...
    method=$1 address="https://graph.microsoft.com/v1.0/$2"
    shift 2
    answer="$(az rest --only-show-errors --method "$method" --url "$address" "$@" 2>&1)" && return
    case "$answer" in
    *Authorization_RequestDenied*)
        fail "you may not register applications in the tenant $TENANT, change this one, or give its roles." \
            "Ask its administrator for the role Cloud Application Administrator, or to run this script:" \
            "$VARIABLES sh infra/scripts/$(basename "$0")${MODE:+ $MODE}"
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
application() { # NAME
    ids="$(graph GET applications --url-parameters "\$filter=displayName eq '$1'" --query 'value[].appId' --output tsv)"
    case "$(echo "$ids" | grep -c .)" in
    0)
        graph POST applications --query appId --output tsv --body \
            "{\"displayName\": \"$1\", \"signInAudience\": \"AzureADMyOrg\", \"api\": {\"requestedAccessTokenVersion\": 2}}"
        ;;
    1) echo "$ids" ;;
    *) fail "several applications are called $1. Delete or rename what is not ours: https://entra.microsoft.com, App registrations" ;;
    esac
}

# Adds to a list of a registration the elements whose id is not in it. A list can be changed as a whole only.
add() { # APPLICATION LIST (ID ELEMENT)...
    registration="applications(appId='$1')" property="${2%%\[*}"
    there="$(graph GET "$registration" --query "$2" --output json)"
    shift 2
    list="${there%]}" comma=", "
    [ "$list" != "[" ] || comma=""
    while [ $# -gt 0 ]; do
        case "$there" in
        *"\"$1\""*) ;;
        *) list="$list$comma$2" comma=", " ;;
        esac
        shift 2
    done
    case "$property" in
    *.*) body="{\"${property%.*}\": {\"${property#*.}\": $list]}}" ;;
    *) body="{\"$property\": $list]}" ;;
    esac
    [ "$list]" = "$there" ] || graph PATCH "$registration" --body "$body" >/dev/null
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
    fi || fail "Microsoft Entra ID does not say who is signed in. Run: az login"
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

scope() {
    cat <<JSON
{"id": "$ACCESS_AS_USER", "value": "access_as_user", "type": "User", "isEnabled": true,
 "adminConsentDisplayName": "Use the contact centre", "adminConsentDescription": "Call the API as the signed-in user.",
 "userConsentDisplayName": "Use the contact centre", "userConsentDescription": "Call the API as you."}
JSON
}

# The scope has to exist before a client is allowed to use it without consent.
declare_api() { # API DESK
    add "$1" identifierUris "api://$1" "\"api://$1\""
    add "$1" "$ROLES" \
        $AGENT "$(role $AGENT Agent "Answers the conversations of its queues.")" \
        $SUPERVISOR "$(role $SUPERVISOR Supervisor "Sees all conversations, and keeps the agents.")" \
        $ADMIN "$(role $ADMIN Admin "Also quarantine, erasure and export.")"
    add "$1" api.oauth2PermissionScopes $ACCESS_AS_USER "$(scope)"
    add "$1" api.preAuthorizedApplications $AZURE_CLI "$(client $AZURE_CLI)" "$2" "$(client "$2")"
}

declare_desk() { # API DESK
    add "$2" spa.redirectUris "$LOCAL_DESK" "\"$LOCAL_DESK\""
    add "$2" requiredResourceAccess "$1" \
        "{\"resourceAppId\": \"$1\", \"resourceAccess\": [{\"id\": \"$ACCESS_AS_USER\", \"type\": \"Scope\"}]}"
}

register_api_and_desk() {
    api="$(application "$NAME API")"
    desk="$(application "$NAME desk")"
    declare_api "$api" "$desk"
    declare_desk "$api" "$desk"
    principal "$desk" >/dev/null
    service="$(principal "$api")"
    given="$(graph GET "servicePrincipals/$service/appRoleAssignedTo" --query 'value[].id' --output tsv)"
    if [ -z "$given" ]; then
        me="$(signed_in)"
        give $ADMIN "$service" "$me"
    fi
    hand_on ENTRA_TENANT_ID "$TENANT"
    hand_on ENTRA_AUDIENCE "$api"
    hand_on DESK_CLIENT_ID "$desk"
}

register_events() {
    events="$(application "$NAME events")"
    add "$events" identifierUris "api://$events" "\"api://$events\""
    add "$events" "$ROLES" \
        $SUBSCRIBER "$(role $SUBSCRIBER AzureEventGridSecureWebhookSubscriber "Delivers events to the webhook.")"
    me="$(signed_in)"
    service="$(principal "$events")"
    event_grid="$(principal $EVENT_GRID)"
    give $SUBSCRIBER "$service" "$event_grid"
    give $SUBSCRIBER "$service" "$me"
    hand_on ENTRA_TENANT_ID "$TENANT"
    hand_on EVENTS_AUDIENCE "$events"
}

# Prints the tenant of the deployment. Microsoft Graph answers for the tenant of the subscription that is chosen.
tenant() {
    chosen="$(az account show --query tenantId --output tsv)"
    ours="${AZURE_SUBSCRIPTION_ID:-}"
    if [ -n "${ENTRA_TENANT_ID:-}" ]; then
        [ "$chosen" = "$ENTRA_TENANT_ID" ] ||
            fail "az is signed in to the tenant $chosen, this deployment belongs to $ENTRA_TENANT_ID." \
                "Run: az login --tenant $ENTRA_TENANT_ID"
    elif [ -n "$ours" ]; then
        wanted="$(az account show --subscription "$ours" --query tenantId --output tsv 2>/dev/null)" ||
            fail "az does not know the subscription $ours. Run: az login, with its tenant"
        [ "$chosen" = "$wanted" ] ||
            fail "az is in the tenant $chosen, the subscription $ours in $wanted. Run: az account set --subscription $ours"
    fi
    echo "$chosen"
}

MODE="${1:-}"
VARIABLES="AZURE_ENV_NAME=$NAME"
require_name
require_sign_in
TENANT="$(tenant)"
case "$MODE" in
"") register_api_and_desk ;;
desk)
    require DESK_CLIENT_ID API_ADDRESS
    VARIABLES="DESK_CLIENT_ID=$DESK_CLIENT_ID API_ADDRESS=$API_ADDRESS"
    add "$DESK_CLIENT_ID" spa.redirectUris "$API_ADDRESS/desk" "\"$API_ADDRESS/desk\""
    ;;
events) register_events ;;
*) fail "say desk, events, or nothing; not $MODE" ;;
esac
