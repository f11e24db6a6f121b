metadata description = 'The Service Bus namespace, its queues, which have the shape that the local stack has too, and the topic for other systems.'

@description('Where the namespace lives.')
param location string

@description('Tags of the namespace.')
param tags { *: string }

@description('The name of the namespace, unique in Azure.')
param name string

@description('The tier; sessions and duplicate detection need Standard at least, private endpoints Premium.')
@allowed(['Standard', 'Premium'])
param sku string

@description('Whether only private endpoints reach the namespace.')
param private bool

@description('The topic on which other systems are told what happens; empty: there is none.')
param eventsTopicName string

@description('The queues, declared once for Azure and for the local stack.')
var queues = loadJsonContent('../../dev/stack/servicebus/queues.json')

@description('The topic for other systems, declared once for Azure and for the local stack.')
var topics = loadJsonContent('../../dev/stack/servicebus/topics.json')

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, tier: sku }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
  }

  resource conversations 'queues' = {
    name: 'conversations'
    properties: queues.conversations
  }

  resource timers 'queues' = {
    name: 'timers'
    dependsOn: [conversations]
    properties: queues.timers
  }
}

// Whoever listens makes a subscription of its own. Repetitions within half an hour are dropped before they are given out.
resource eventsTopic 'Microsoft.ServiceBus/namespaces/topics@2026-01-01' = if (!empty(eventsTopicName)) {
  parent: namespace
  name: empty(eventsTopicName) ? 'none' : eventsTopicName
  properties: topics.events.properties
}
