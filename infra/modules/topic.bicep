metadata description = 'The Event Grid system topic of Azure Communication Services. A source has one at most: name an existing one instead of creating a second.'

@description('Tags of the topic.')
param tags { *: string }

@description('The name of the topic.')
param name string

@description('The Azure Communication Services resource whose events it has.')
param communicationServicesId string

@description('The name of the identity that writes dead letters; empty: none.')
param identityName string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = if (!empty(identityName)) {
  name: identityName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  tags: tags
  identity: empty(identityName)
    ? { type: 'None' }
    : { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    source: communicationServicesId
    topicType: 'Microsoft.Communication.CommunicationServices'
  }
}
