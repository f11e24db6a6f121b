metadata description = 'The function app on its Flex Consumption plan. Its app settings are in settings.bicep.'

@description('Where plan and app live.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('The name of the plan.')
param planName string

@description('The name of the app, unique in Azure.')
param name string

@description('The name of the identity that the app acts as.')
param identityName string

@description('The name of the storage account, whose container "deployment" has the published package.')
param storageName string

@description('The version of Python.')
param pythonVersion string

@description('The memory of an instance.')
param instanceMemoryMB int

@description('How many instances there may be.')
param maximumInstanceCount int

@description('How many HTTP requests an instance takes at once.')
param httpConcurrency int

@description('How many instances of the API always run, where any does.')
param httpInstances int

@description('Whether instances of intake, routing and API always run.')
param alwaysReady bool

@description('Whether instances are spread over the zones of the region.')
param zoneRedundant bool

@description('The name of the network whose subnet "app" the app sends from; empty: none.')
param networkName string

@description('Whether Event Grid brings events. Without it they come by HTTP alone, and nothing waits at the function "ingest".')
param takesEvents bool

@description('Whether app settings refer to secrets in a Key Vault, which are then read as the app\'s identity.')
param readsSecrets bool

@description('The functions and the group that start from zero by themselves.')
var scaleGroups = concat(takesEvents ? ['function:ingest'] : [], ['function:route', 'http'])

resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' existing = if (!empty(networkName)) {
  name: networkName

  resource subnet 'subnets' existing = {
    name: 'app'
  }
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${appIdentity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(networkName) ? null : network::subnet.id
    keyVaultReferenceIdentity: readsSecrets ? appIdentity.id : null
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}deployment'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: appIdentity.id }
        }
      }
      runtime: { name: 'python', version: pythonVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: [
          for group in (alwaysReady ? scaleGroups : []): {
            name: group
            instanceCount: group == 'http' ? httpInstances : 1
          }
        ]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
  }
}

@description('The host name of the app.')
output hostName string = site.properties.defaultHostName
