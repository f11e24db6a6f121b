metadata description = 'The identities that act without a secret: the app, and the Event Grid topic when it is created here.'

@description('Where the identities live.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('The name of the identity of the app.')
param appIdentityName string

@description('The name of the identity with which the topic writes dead letters; empty: none.')
param topicIdentityName string

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: appIdentityName
  location: location
  tags: tags
}

resource topic 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (!empty(topicIdentityName)) {
  name: topicIdentityName
  location: location
  tags: tags
}
