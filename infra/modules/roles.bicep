metadata description = 'Every role, at the narrowest scope: who may do what, where. The role on Azure Communication Services is in communication-role.bicep, for it may lie in another group.'

@description('The name of the identity of the app.')
param appIdentityName string

@description('The name of the identity of a created Event Grid topic; empty: it has none, or the topic exists.')
param topicIdentityName string

@description('The principal id of an existing Event Grid topic; empty: unknown, or the topic is created.')
param topicPrincipalId string

@description('The name of the storage account.')
param storageName string

@description('The name of the storage account of media.')
param mediaStorageName string

@description('The name of the Service Bus namespace.')
param serviceBusName string

@description('The topic on which other systems are told what happens; empty: there is none.')
param eventsTopicName string

@description('The name of Application Insights.')
param applicationInsightsName string

@description('The name of the Key Vault; empty: there is none.')
param keyVaultName string

@description('The name of the Azure Communication Services resource; empty: there is none.')
param communicationServicesName string

@description('The group of the Azure Communication Services resource.')
param communicationServicesResourceGroup string

@description('Ids of the built-in roles.')
var roles = loadJsonContent('../roles.json')

@description('The roles of the app on the storage account: keys, leases and package of the host; tables.')
var storageRoles = [roles['Storage Blob Data Owner'], roles['Storage Table Data Contributor']]

@description('Whether the topic can be let write dead letters.')
var topicIsKnown = !empty(topicIdentityName) || !empty(topicPrincipalId)

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: appIdentityName
}

resource topic 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = if (!empty(topicIdentityName)) {
  name: topicIdentityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: 'eventgrid-deadletter'
    }
  }
}

resource mediaStorage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: mediaStorageName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource media 'containers' existing = {
      name: 'media'
    }
  }
}

resource serviceBus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: serviceBusName

  resource conversations 'queues' existing = {
    name: 'conversations'
  }

  resource timers 'queues' existing = {
    name: 'timers'
  }

  resource eventsTopic 'topics' existing = if (!empty(eventsTopicName)) {
    name: empty(eventsTopicName) ? 'none' : eventsTopicName
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource keyVault 'Microsoft.KeyVault/vaults@2025-05-01' existing = if (!empty(keyVaultName)) {
  name: empty(keyVaultName) ? 'none' : keyVaultName
}

resource appOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRoles: {
    name: guid(storage.id, app.id, role)
    scope: storage
    properties: {
      principalId: app.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource appOnMedia 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(mediaStorage::blobs::media.id, app.id, roles['Storage Blob Data Contributor'])
  scope: mediaStorage::blobs::media
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Contributor']
    )
  }
}

// On the account, since keys that sign addresses are the account's.
resource appSignsAddresses 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(mediaStorage.id, app.id, roles['Storage Blob Delegator'])
  scope: mediaStorage
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Blob Delegator'])
  }
}

// Owner, since the scale controller counts messages with the right to manage; on this queue alone.
resource appOnConversations 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(serviceBus::conversations.id, app.id, roles['Azure Service Bus Data Owner'])
  scope: serviceBus::conversations
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Azure Service Bus Data Owner']
    )
  }
}

resource appOnTimers 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(serviceBus::timers.id, app.id, roles['Azure Service Bus Data Sender'])
  scope: serviceBus::timers
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Azure Service Bus Data Sender']
    )
  }
}

resource appOnEventsTopic 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(eventsTopicName)) {
  name: guid(serviceBus::eventsTopic.id, app.id, roles['Azure Service Bus Data Sender'])
  scope: serviceBus::eventsTopic
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Azure Service Bus Data Sender']
    )
  }
}

resource appOnInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, app.id, roles['Monitoring Metrics Publisher'])
  scope: insights
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Monitoring Metrics Publisher']
    )
  }
}

resource appOnKeyVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(keyVaultName)) {
  name: guid(keyVault.id, app.id, roles['Key Vault Secrets User'])
  scope: keyVault
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Secrets User'])
  }
}

module appOnCommunicationServices 'communication-role.bicep' = if (!empty(communicationServicesName)) {
  scope: resourceGroup(communicationServicesResourceGroup)
  params: {
    communicationServicesName: communicationServicesName
    #disable-next-line what-if-short-circuiting // the assignment outlives the group, and so may the identity it was for
    principalId: app.properties.principalId
  }
}

resource topicOnDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (topicIsKnown) {
  name: guid(
    storage::blobs::deadLetters.id,
    empty(topicIdentityName) ? topicPrincipalId : topic.id,
    roles['Storage Blob Data Contributor']
  )
  scope: storage::blobs::deadLetters
  properties: {
    principalId: empty(topicIdentityName) ? topicPrincipalId : topic!.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Contributor']
    )
  }
}
