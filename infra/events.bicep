metadata description = 'The two event subscriptions, one for messages and one for delivery statuses. Deployed to the group of the Event Grid topic, after the code: a subscription needs its function.'

@description('The name of the Event Grid topic of Azure Communication Services.')
param topicName string

@description('The way of an event to the app: to the function, or to a webhook that Microsoft Entra ID protects.')
@allowed(['function', 'webhook'])
param delivery string = 'function'

@description('The function app, for delivery to the function.')
param functionAppId string = ''

@description('The address of the function "events", for delivery to the webhook.')
param webhookAddress string = ''

@description('The tenant of the webhook; empty: the tenant of the subscription.')
param entraTenantId string = ''

@description('The application id that protects the webhook.')
param eventsAudience string = ''

@description('The ids of the WhatsApp channels whose events are wanted; none, or more than 24: events of all channels arrive.')
param channelIds string[]

@description('Whether the status Sent arrives, too. It says no more than the answer to the send did.')
param sentStatuses bool = false

@description('Whether Event Grid keeps what it cannot deliver; it acts with an identity of the topic. Off: such events are lost after a day.')
param deadLettering bool = true

@description('The storage account with the container for dead letters.')
param storageId string

@description('The user-assigned identity of the topic; empty: its system-assigned one.')
param topicIdentityId string = ''

@description('A subscription compares with 25 values in all, and one of them is the status that is not wanted.')
var mostChannels = 24

@description('Without a channel to compare with, events of all channels arrive.')
var filtersChannels = !empty(channelIds) && length(channelIds) <= mostChannels

@description('Lets every status but Sent through, also an event that has none (learn.microsoft.com/azure/event-grid/event-filtering).')
var withoutSent = { operatorType: 'StringNotIn', key: 'data.status', values: ['Sent'] }

@description('Event types, and where each has the channel: a message goes to it, a status comes from it.')
var subscriptions = [
  {
    name: 'whatsapp-received'
    eventType: 'Microsoft.Communication.AdvancedMessageReceived'
    channel: 'data.to'
    further: []
  }
  {
    name: 'whatsapp-status'
    eventType: 'Microsoft.Communication.AdvancedMessageDeliveryStatusUpdated'
    channel: 'data.from'
    further: sentStatuses ? [] : [withoutSent]
  }
]

@description('Event Grid reads and follows the key of the function by itself.')
var functionDestination = {
  endpointType: 'AzureFunction'
  properties: {
    resourceId: '${functionAppId}/functions/ingest'
    maxEventsPerBatch: 1
    preferredBatchSizeInKilobytes: 64
  }
}

@description('Event Grid sends a token of its own with each call.')
var webhookDestination = {
  endpointType: 'WebHook'
  properties: {
    endpointUrl: webhookAddress
    azureActiveDirectoryTenantId: empty(entraTenantId) ? subscription().tenantId : entraTenantId
    azureActiveDirectoryApplicationIdOrUri: eventsAudience
    minimumTlsVersionAllowed: '1.2'
    maxEventsPerBatch: 1
    preferredBatchSizeInKilobytes: 64
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource subscriptionsOfTopic 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for each in subscriptions: {
    parent: topic
    name: each.name
    properties: {
      eventDeliverySchema: 'EventGridSchema'
      destination: delivery == 'function' ? functionDestination : webhookDestination
      filter: {
        includedEventTypes: [each.eventType]
        advancedFilters: concat(
          filtersChannels ? [{ operatorType: 'StringIn', key: each.channel, values: channelIds }] : [],
          each.further
        )
      }
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
      deadLetterWithResourceIdentity: deadLettering
        ? {
            identity: empty(topicIdentityId)
              ? { type: 'SystemAssigned' }
              : { type: 'UserAssigned', userAssignedIdentity: topicIdentityId }
            deadLetterDestination: {
              endpointType: 'StorageBlob'
              properties: { resourceId: storageId, blobContainerName: 'eventgrid-deadletter' }
            }
          }
        : null
    }
  }
]
