metadata description = 'A storage account without keys: tables, containers, and for how long blobs are kept.'

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

@description('The tables.')
param tables string[] = []

@description('The containers.')
param containers string[]

@description('What is deleted after some days: the beginning of the names of its blobs, the container included. Where no rule deletes, blobs stay.')
param deleted { name: string, prefix: string, days: int }[]

@description('Days within which what was deleted can be brought back.')
var undeleteDays = 7

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
      for container in containers: {
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
          for rule in deleted: {
            name: 'delete-${rule.name}'
            type: 'Lifecycle'
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: [rule.prefix] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: rule.days } } }
            }
          }
        ]
      }
    }
  }
}
