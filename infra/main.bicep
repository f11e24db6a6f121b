metadata description = 'Everything that the contact centre runs on, in a resource group of its own. The event subscriptions follow the code: events.bicep.'

targetScope = 'subscription'

@description('The name of the deployment; resources are named after it.')
@minLength(3)
@maxLength(24)
param environmentName string

@description('The region of all resources that are not global.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Whether numbers are at Meta\'s own Cloud API, whose secrets then lie in a Key Vault.')
param whatsappCloud bool = false

@description('Whether webhooks signed with the app secret before the current one are taken, too: while it is changed.')
param whatsappTakesPreviousSecret bool = false

@description('The version of Meta\'s Graph API.')
param whatsappGraphVersion string = 'v27.0'

@description('Whether customers whose number is at Meta\'s Cloud API see that their messages were read.')
param whatsappMarkRead bool = false

@description('The name of the Azure Communication Services resource that has the WhatsApp channel; empty: every number is at Meta\'s Cloud API.')
param communicationServicesName string = ''

@description('The resource group of that resource; empty: the group of this deployment.')
param communicationServicesResourceGroup string = ''

@description('Whether to create the Azure Communication Services resource. A WhatsApp channel is registered by hand, so usually the resource exists.')
param createCommunicationServices bool = false

@description('Where a created Azure Communication Services resource keeps its data.')
param dataLocation string = 'Europe'

@description('Whether a lock keeps the Azure Communication Services resource from being deleted. Whoever deploys then needs the right to make locks.')
param lockCommunicationServices bool = false

@description('How callers of the API are known: by tokens of Microsoft Entra ID, or by Functions keys.')
@allowed(['entra', 'key'])
param authMode string = 'entra'

@description('The tenant whose tokens the app takes; empty: the tenant of the subscription.')
param entraTenantId string = ''

@description('The application id of the API in Microsoft Entra ID.')
param entraAudience string

@description('The application id as which the web desk signs people in; empty: nobody signs in at it.')
param deskClientId string = ''

@description('Origins whose pages may call the API from a browser, with commas between them; empty: none.')
param allowedOrigins string = ''

@description('The application id that protects the webhook for events; empty: there is no webhook.')
param eventsAudience string = ''

@description('The name of the Event Grid system topic of the Azure Communication Services resource, which has one at most; empty: a topic is created.')
param eventGridTopicName string = ''

@description('The resource group of an existing topic; empty: that of the Azure Communication Services resource.')
param eventGridTopicResourceGroup string = ''

@description('The principal id of the system-assigned identity of an existing topic, which gets the right to write dead letters; empty: that right is granted by hand.')
param eventGridTopicPrincipalId string = ''

@description('Whether a created topic gets an identity, with which Event Grid keeps what it cannot deliver. Off only where a topic cannot have one.')
param deadLettering bool = true

@description('The topic of Service Bus on which other systems are told what happens, created here; empty: nobody is told.')
param eventsTopicName string = ''

@description('Whether other systems are told texts and numbers, too.')
param eventsInFull bool = false

@description('Whom alerts tell by e-mail; empty: nobody.')
param alertEmail string = ''

@description('Whether one instance each of intake, routing and API always runs; otherwise the app starts from zero, and the first message waits for that.')
param alwaysReady bool = true

@description('The memory of an instance: 512, 2048 or 4096.')
@minValue(512)
@maxValue(4096)
param instanceMemoryMB int = 2048

@description('How many instances there may be. An instance takes 64 sessions, and a queue allows 5,000 receivers.')
@minValue(40)
@maxValue(78)
param maximumInstanceCount int = 40

@description('How many HTTP requests an instance takes at once.')
@minValue(1)
@maxValue(100)
param httpConcurrency int = 64

@description('How many instances of the API always run, where any does: one for each 40 desks, each of which waits for changes all the time.')
@minValue(1)
@maxValue(20)
param httpInstances int = 1

@description('The version of Python.')
param pythonVersion string = '3.13'

@description('Whether storage and Service Bus are reached through private endpoints alone. Needs the tier Premium of Service Bus. The API stays public: Event Grid and agents call it.')
param privateNetworking bool = false

@description('The addresses of the private network; a /24 at least.')
param networkAddressPrefix string = '10.20.0.0/24'

@description('The tier of Service Bus.')
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'

@description('Whether app and storage are spread over the zones of the region.')
param zoneRedundant bool = false

@description('Days that logs and metrics are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Days after which dead-lettered events are deleted.')
@minValue(1)
@maxValue(3650)
param blobRetentionDays int = 30

@description('Days after which copies of customers\' files are deleted; media.keep of contact_center.yaml.')
@minValue(1)
@maxValue(3650)
param mediaKeepDays int = 30

@description('Days after which uploaded files are deleted; longer than any reply is held.')
@minValue(1)
@maxValue(3650)
param uploadKeepDays int = 30

@description('Whether, in a private network, files lie in a storage account of their own that is reached from the internet, by signed addresses alone. WhatsApp fetches what agents upload; without it there are no uploads.')
param publicMediaStorage bool = false

@description('The fraction of traces that is kept, from 0 to 1.')
param tracesSampled string = '0.1'

@description('Further tags of every resource.')
param tags { *: string } = {}

@description('The tags of every resource; azd finds what is its own by the first.')
var allTags = union({ 'azd-env-name': environmentName }, tags)

@description('What makes a name unique in Azure, the same at each deployment.')
var unique = uniqueString(subscription().id, environmentName, location)

@description('The names that modules refer to, known before anything is deployed.')
var names = {
  app: 'func-${environmentName}-${unique}'
  appIdentity: 'id-${environmentName}'
  applicationInsights: 'appi-${environmentName}'
  keyVault: whatsappCloud ? 'kv-${unique}' : ''
  network: privateNetworking ? 'vnet-${environmentName}' : ''
  serviceBus: 'sb-${environmentName}-${unique}'
  storage: 'st${unique}'
  mediaStorage: mediaApart ? 'stm${unique}' : 'st${unique}'
  topic: createTopic ? ownTopicName : (hasCommunicationServices ? eventGridTopicName : '')
  topicIdentity: createTopic && deadLettering ? 'id-${environmentName}-topic' : ''
  workspace: 'log-${environmentName}'
}

@description('The ids of what one module creates and another names; that other depends on it in so many words.')
var ids = {
  app: '${group.id}/providers/Microsoft.Web/sites/${names.app}'
  applicationInsights: '${group.id}/providers/Microsoft.Insights/components/${names.applicationInsights}'
  communicationServices: !hasCommunicationServices
    ? ''
    : '${subscription().id}/resourceGroups/${communicationServicesGroup}/providers/Microsoft.Communication/communicationServices/${communicationServicesName}'
  serviceBus: '${group.id}/providers/Microsoft.ServiceBus/namespaces/${names.serviceBus}'
  storage: '${group.id}/providers/Microsoft.Storage/storageAccounts/${names.storage}'
  topic: empty(names.topic)
    ? ''
    : '${subscription().id}/resourceGroups/${topicGroup}/providers/Microsoft.EventGrid/systemTopics/${names.topic}'
  topicIdentity: empty(names.topicIdentity)
    ? ''
    : '${group.id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${names.topicIdentity}'
  workspace: '${group.id}/providers/Microsoft.OperationalInsights/workspaces/${names.workspace}'
}

@description('Whether numbers are at Azure Communication Services.')
var hasCommunicationServices = !empty(communicationServicesName)

@description('Whether files have a storage account of their own.')
var mediaApart = privateNetworking && publicMediaStorage

@description('For how long files are kept.')
var mediaDeleted = [
  { name: 'copies', prefix: 'media/copies/', days: mediaKeepDays }
  { name: 'uploads', prefix: 'media/uploads/', days: uploadKeepDays }
]

@description('The name of a created topic.')
var ownTopicName = 'evgt-${environmentName}'

@description('Also true when azd hands the output of an earlier deployment back as the parameter.')
var createTopic = hasCommunicationServices && (empty(eventGridTopicName) || eventGridTopicName == ownTopicName)

@description('The group of Azure Communication Services.')
var communicationServicesGroup = empty(communicationServicesResourceGroup)
  ? group.name
  : communicationServicesResourceGroup

@description('The group of the topic.')
var topicGroup = createTopic
  ? group.name
  : (empty(eventGridTopicResourceGroup) ? communicationServicesGroup : eventGridTopicResourceGroup)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    workspaceName: names.workspace
    applicationInsightsName: names.applicationInsights
    retentionDays: logRetentionDays
  }
}

module identities 'modules/identities.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    appIdentityName: names.appIdentity
    topicIdentityName: names.topicIdentity
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    name: names.storage
    sku: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    private: privateNetworking
    tables: ['contacts', 'aliases', 'inbox', 'agents', 'changes', 'closed', 'channels', 'settings', 'quarantine']
    // No rule deletes from "deployment", the container of the published package: the app starts from what lies there.
    containers: concat(['deployment', 'eventgrid-deadletter'], mediaApart ? [] : ['media'])
    deleted: concat(
      [{ name: 'dead-letters', prefix: 'eventgrid-deadletter/', days: blobRetentionDays }],
      mediaApart ? [] : mediaDeleted
    )
  }
}

module mediaStorage 'modules/storage.bicep' = if (mediaApart) {
  scope: group
  params: {
    location: location
    tags: allTags
    name: names.mediaStorage
    sku: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    private: false
    containers: ['media']
    deleted: mediaDeleted
  }
}

module messaging 'modules/messaging.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    name: names.serviceBus
    sku: privateNetworking && serviceBusSku != 'Premium'
      ? fail('privateNetworking needs serviceBusSku Premium: Standard has no private endpoints.')
      : serviceBusSku
    private: privateNetworking
    eventsTopicName: eventsTopicName
  }
}

module keyVault 'modules/key-vault.bicep' = if (whatsappCloud) {
  scope: group
  dependsOn: [monitoring]
  params: {
    location: location
    tags: allTags
    name: names.keyVault
    private: privateNetworking
    workspaceId: ids.workspace
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: group
  params: {
    location: location
    tags: allTags
    name: names.network
    addressPrefix: networkAddressPrefix
  }
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (privateNetworking) {
  scope: group
  dependsOn: [keyVault, messaging, network, storage]
  params: {
    location: location
    tags: allTags
    environmentName: environmentName
    networkName: names.network
    storageName: names.storage
    serviceBusName: names.serviceBus
    keyVaultName: names.keyVault
  }
}

module communication 'modules/communication.bicep' = if (hasCommunicationServices) {
  scope: resourceGroup(communicationServicesGroup)
  params: {
    tags: allTags
    name: communicationServicesName
    create: createCommunicationServices
    dataLocation: dataLocation
  }
}

module communicationLock 'modules/communication-lock.bicep' = if (hasCommunicationServices && lockCommunicationServices) {
  scope: resourceGroup(communicationServicesGroup)
  dependsOn: [communication]
  params: {
    communicationServicesName: communicationServicesName
  }
}

module topic 'modules/topic.bicep' = if (createTopic) {
  scope: group
  dependsOn: [communication, identities]
  params: {
    tags: allTags
    name: names.topic
    communicationServicesId: ids.communicationServices
    identityName: names.topicIdentity
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  dependsOn: [communication, identities, keyVault, mediaStorage, messaging, monitoring, storage]
  params: {
    appIdentityName: names.appIdentity
    topicIdentityName: names.topicIdentity
    topicPrincipalId: createTopic || !hasCommunicationServices ? '' : eventGridTopicPrincipalId
    storageName: names.storage
    mediaStorageName: names.mediaStorage
    serviceBusName: names.serviceBus
    eventsTopicName: eventsTopicName
    applicationInsightsName: names.applicationInsights
    keyVaultName: names.keyVault
    communicationServicesName: communicationServicesName
    communicationServicesResourceGroup: communicationServicesGroup
  }
}

// Roles come before the app, so that its first start finds them.
module app 'modules/app.bicep' = {
  scope: group
  dependsOn: [roles, privateEndpoints]
  params: {
    location: location
    tags: allTags
    planName: 'plan-${environmentName}'
    name: names.app
    identityName: names.appIdentity
    storageName: names.storage
    pythonVersion: pythonVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    httpInstances: httpInstances
    alwaysReady: alwaysReady
    zoneRedundant: zoneRedundant
    networkName: names.network
    takesEvents: hasCommunicationServices
    readsSecrets: whatsappCloud
  }
}

module settings 'modules/settings.bicep' = {
  scope: group
  dependsOn: [app]
  params: {
    appName: names.app
    environmentName: environmentName
    identityName: names.appIdentity
    storageName: names.storage
    mediaStorageName: names.mediaStorage
    mediaStoragePrivate: privateNetworking && !mediaApart
    serviceBusName: names.serviceBus
    hasCommunicationServices: hasCommunicationServices
    communicationServicesEndpoint: hasCommunicationServices
      ? communication!.outputs.endpoint
      : (whatsappCloud ? '' : fail('No number can be reached: set communicationServicesName, or whatsappCloud.'))
    keyVaultName: names.keyVault
    whatsappTakesPreviousSecret: whatsappTakesPreviousSecret
    whatsappGraphVersion: whatsappGraphVersion
    whatsappMarkRead: whatsappMarkRead
    applicationInsightsName: names.applicationInsights
    authMode: authMode
    entraTenantId: empty(entraTenantId) ? subscription().tenantId : entraTenantId
    entraAudience: entraAudience
    deskClientId: deskClientId
    allowedOrigins: allowedOrigins
    eventsAudience: eventsAudience
    eventsTopicName: eventsTopicName
    eventsInFull: eventsInFull
    tracesSampled: tracesSampled
  }
}

module diagnostics 'modules/diagnostics.bicep' = {
  scope: group
  dependsOn: [messaging, monitoring, storage]
  params: {
    serviceBusName: names.serviceBus
    storageName: names.storage
    workspaceId: ids.workspace
  }
}

module topicDiagnostics 'modules/topic-diagnostics.bicep' = if (hasCommunicationServices) {
  scope: resourceGroup(topicGroup)
  dependsOn: [monitoring, topic]
  params: {
    topicName: names.topic
    workspaceId: ids.workspace
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  dependsOn: [app, messaging, monitoring, topic]
  params: {
    location: location
    tags: allTags
    tellsOthers: !empty(eventsTopicName)
    hearsMeta: whatsappCloud
    alertEmail: alertEmail
    workspaceId: ids.workspace
    serviceBusId: ids.serviceBus
    topicId: ids.topic
    functionAppId: ids.app
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  dependsOn: [messaging, monitoring, topic]
  params: {
    location: location
    tags: allTags
    workspaceId: ids.workspace
    applicationInsightsId: ids.applicationInsights
    serviceBusId: ids.serviceBus
    topicId: ids.topic
  }
}

@description('The resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('The name of the function app.')
output AZURE_FUNCTION_NAME string = names.app

@description('The function app, as the event subscriptions name it.')
output AZURE_FUNCTION_ID string = ids.app

@description('The address of the API.')
output API_ADDRESS string = 'https://${app.outputs.hostName}/api'

@description('The Event Grid topic; empty: there is none, as every number is at Meta\'s Cloud API.')
output EVENT_GRID_TOPIC_NAME string = names.topic

@description('The resource group of the topic.')
output EVENT_GRID_TOPIC_RESOURCE_GROUP string = hasCommunicationServices ? topicGroup : ''

@description('The Key Vault for the secrets of Meta\'s Cloud API; empty: no number is there.')
output KEY_VAULT_NAME string = names.keyVault

@description('The storage account that keeps what Event Grid cannot deliver.')
output EVENTS_STORAGE_ID string = ids.storage

@description('The identity of a created topic; empty: an existing topic acts as its system-assigned one.')
output EVENTS_IDENTITY_ID string = ids.topicIdentity
