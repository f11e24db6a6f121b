metadata description = 'The storage account: the tables of the app, and the containers of the package, of dead-lettered events and of media.'

@description('Where the account lives.')
param location string

@description('Tags of the account.')
param tags { *: string }

@description('The name of the account, unique in Azure.')
param name string

@description('How many copies are kept, and where.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param sku string

@description('Whether only private endpoints and trusted Azure services reach the account. Event Grid, which writes dead letters, is one of them.')
param private bool

@description('Days after which media and dead-lettered events are deleted.')
param retentionDays int

@description('Days within which what was deleted can be brought back.')
var undeleteDays = 7

@description('The container of the published package. No rule deletes from it: the app starts from what lies there, however old.')
var packages = 'deployment'

@description('The containers whose blobs are deleted after a while.')
var temporary = ['eventgrid-deadletter', 'media']

@description('The tables of the app.')
var tables = ['contacts', 'aliases', 'inbox', 'agents', 'closed', 'channels', 'settings', 'quarantine']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: private ? 'Deny' : 'Allow'
    }
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: { enabled: true, days: undeleteDays }
      deleteRetentionPolicy: { enabled: true, days: undeleteDays }
    }

    resource container 'containers' = [
      for container in concat([packages], temporary): {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource table 'tables' = [for table in tables: { name: table }]
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    dependsOn: [blobs]
    properties: {
      policy: {
        rules: [
          {
            name: 'delete-what-is-old'
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: [for container in temporary: '${container}/'] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: retentionDays } } }
            }
          }
        ]
      }
    }
  }
}
