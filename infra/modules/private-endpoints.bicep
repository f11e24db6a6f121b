metadata description = 'Private endpoints of storage, Service Bus and Key Vault, with the DNS zones by which the app finds them.'

@description('Where the endpoints live; zones are global.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('The name that the resources are named after.')
param environmentName string

@description('The name of the network, in whose subnet "endpoints" the endpoints lie, and which looks names up in the zones.')
param networkName string

@description('The name of the storage account.')
param storageName string

@description('The name of the Service Bus namespace.')
param serviceBusName string

@description('The name of the Key Vault; empty: there is none.')
param keyVaultName string

@description('What is reached privately: three services of the storage account, the Service Bus namespace, and the Key Vault.')
var endpoints = concat(
  [
    { service: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}', resourceId: storage.id }
    { service: 'queue', zone: 'privatelink.queue.${environment().suffixes.storage}', resourceId: storage.id }
    { service: 'table', zone: 'privatelink.table.${environment().suffixes.storage}', resourceId: storage.id }
    { service: 'namespace', zone: 'privatelink.servicebus.windows.net', resourceId: serviceBus.id }
  ],
  empty(keyVaultName) ? [] : [{ service: 'vault', zone: 'privatelink.vaultcore.azure.net', resourceId: keyVault.id }]
)

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' existing = {
  name: networkName

  resource subnet 'subnets' existing = {
    name: 'endpoints'
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource serviceBus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: serviceBusName
}

resource keyVault 'Microsoft.KeyVault/vaults@2025-05-01' existing = if (!empty(keyVaultName)) {
  name: empty(keyVaultName) ? 'none' : keyVaultName
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for endpoint in endpoints: {
    name: endpoint.zone
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (endpoint, index) in endpoints: {
    parent: zone[index]
    name: environmentName
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

resource privateEndpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for endpoint in endpoints: {
    name: 'pep-${environmentName}-${endpoint.service}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::subnet.id }
      privateLinkServiceConnections: [
        {
          name: endpoint.service
          properties: {
            privateLinkServiceId: endpoint.resourceId
            groupIds: [endpoint.service]
          }
        }
      ]
    }
  }
]

resource record 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (endpoint, index) in endpoints: {
    parent: privateEndpoint[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: endpoint.service, properties: { privateDnsZoneId: zone[index].id } }]
    }
  }
]
