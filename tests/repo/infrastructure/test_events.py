"""How events come to the app: the topic, two subscriptions, and what is kept when they cannot be delivered."""

import pytest

from tests.repo.infrastructure import CENTRES, EVENTS, WITHOUT_ACS, Resource, last, predicted

CHANNELS = {
    "events-function": ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"],
    "events-webhook": ["11111111-1111-1111-1111-111111111111"],
    "events-existing-topic": [],
}
OF_TOPIC = {
    "type": "UserAssigned",
    "userAssignedIdentity": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contact-centre"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-contact-centre-topic",
}
IDENTITIES = {
    "events-function": OF_TOPIC,
    "events-webhook": OF_TOPIC,
    "events-existing-topic": {"type": "SystemAssigned"},
}


def subscriptions(variant: str) -> dict[str, Resource]:
    """The properties of each subscription, by name."""
    found = predicted(variant).of("Microsoft.EventGrid/systemTopics/eventSubscriptions")
    return {last(each["name"]): each["properties"] for each in found}


@pytest.mark.parametrize("variant", EVENTS)
def test_there_are_two_subscriptions_each_for_one_type(variant: str) -> None:
    """And nothing else arrives."""
    types = {name: each["filter"]["includedEventTypes"] for name, each in subscriptions(variant).items()}
    assert types == {
        "whatsapp-received": ["Microsoft.Communication.AdvancedMessageReceived"],
        "whatsapp-status": ["Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated"],
    }


@pytest.mark.parametrize("variant", EVENTS)
def test_each_compares_the_channel_where_its_events_have_it(variant: str) -> None:
    """A message goes to a channel, a status comes from it; without channels those of all arrive."""
    for name, key in (("whatsapp-received", "data.to"), ("whatsapp-status", "data.from")):
        filters = subscriptions(variant)[name]["filter"]["advancedFilters"]
        wanted = [{"operatorType": "StringIn", "key": key, "values": CHANNELS[variant]}] if CHANNELS[variant] else []
        assert [each for each in filters if each["key"] != "data.status"] == wanted


@pytest.mark.parametrize("variant", EVENTS)
def test_the_status_sent_arrives_only_where_it_is_asked_for(variant: str) -> None:
    """Every other status passes, also an event without one: only StringNotIn lets through what has no such key."""
    unwanted = {"operatorType": "StringNotIn", "key": "data.status", "values": ["Sent"]}
    for name, each in subscriptions(variant).items():
        filtered = name == "whatsapp-status" and variant != "events-existing-topic"
        assert (unwanted in each["filter"]["advancedFilters"]) is filtered


@pytest.mark.parametrize("variant", EVENTS)
def test_event_grid_tries_for_a_day_and_then_keeps_the_event(variant: str) -> None:
    """With the identity of the topic, since the storage account takes no keys."""
    for each in subscriptions(variant).values():
        assert each["eventDeliverySchema"] == "EventGridSchema"
        assert each["retryPolicy"] == {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440}
        kept = each["deadLetterWithResourceIdentity"]
        assert kept["identity"] == IDENTITIES[variant]
        assert kept["deadLetterDestination"]["endpointType"] == "StorageBlob"
        assert kept["deadLetterDestination"]["properties"]["blobContainerName"] == "eventgrid-deadletter"
        assert "deadLetterDestination" not in each


@pytest.mark.parametrize("variant", ["events-function", "events-existing-topic"])
def test_events_go_to_the_function(variant: str) -> None:
    """One at a time, so that a bad one fails alone."""
    for each in subscriptions(variant).values():
        assert each["destination"]["endpointType"] == "AzureFunction"
        assert each["destination"]["properties"]["resourceId"].endswith("/sites/func-contact-centre/functions/ingest")
        assert each["destination"]["properties"]["maxEventsPerBatch"] == 1


def test_events_go_to_the_webhook_with_a_token() -> None:
    """Event Grid says who it is, to the application that stands in the app's settings."""
    settings = predicted("webhook").one("Microsoft.Web/sites/config")["properties"]
    for each in subscriptions("events-webhook").values():
        assert each["destination"]["endpointType"] == "WebHook"
        properties = each["destination"]["properties"]
        assert properties["endpointUrl"].startswith("https://")
        assert properties["endpointUrl"].endswith("/api/events")
        assert properties["minimumTlsVersionAllowed"] == "1.2"
        assert properties["azureActiveDirectoryTenantId"] == settings["ENTRA_TENANT_ID"]
        assert properties["azureActiveDirectoryApplicationIdOrUri"] == settings["EVENTS_AUDIENCE"]


@pytest.mark.parametrize("variant", CENTRES)
def test_there_is_one_topic_for_a_source(variant: str) -> None:
    """An existing one is used where it is; a second cannot be created. Meta needs none: it calls the app."""
    prediction = predicted(variant)
    topics = prediction.of("Microsoft.EventGrid/systemTopics")
    if variant == "existing-topic":
        assert topics == []
        assert prediction.outputs["EVENT_GRID_TOPIC_NAME"] == "acs-contoso-events"
        assert prediction.outputs["EVENT_GRID_TOPIC_RESOURCE_GROUP"] == "rg-events"
        assert prediction.outputs["EVENTS_IDENTITY_ID"] == ""
        return
    if variant in WITHOUT_ACS:
        assert topics == []
        assert {prediction.outputs[name] for name in ("EVENT_GRID_TOPIC_NAME", "EVENT_GRID_TOPIC_RESOURCE_GROUP")} == {
            ""
        }
        return
    (topic,) = topics
    assert topic["properties"]["topicType"] == "Microsoft.Communication.CommunicationServices"
    assert "/Microsoft.Communication/communicationServices/acs-" in topic["properties"]["source"]
    assert prediction.outputs["EVENT_GRID_TOPIC_NAME"] == topic["name"]
    assert prediction.outputs["EVENT_GRID_TOPIC_RESOURCE_GROUP"] in topic["id"]
    identities = list(topic["identity"].get("userAssignedIdentities", {}))
    assert [prediction.outputs["EVENTS_IDENTITY_ID"]] == (identities or [""])
