metadata description = 'What Service Bus and the storage account tell the workspace.'

@description('The name of the Service Bus namespace.')
param serviceBusName string

@description('The name of the storage account.')
param storageName string

@description('Where the logs go.')
param workspaceId string

@description('Deletions alone: a row for every read and write would cost more than the storage itself.')
var storageLogs = [{ category: 'StorageDelete', enabled: true }]

@description('Counts, latencies and errors of all operations.')
var storageMetrics = [{ category: 'Transaction', enabled: true }]

resource serviceBus 'Microsoft.ServiceBus/namespaces@2026-01-01' existing = {
  name: serviceBusName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }

  resource tables 'tableServices' existing = {
    name: 'default'
  }
}

#disable-next-line use-recent-api-versions // diagnosticSettings has no later version
resource serviceBusLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'contact-centre'
  scope: serviceBus
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

#disable-next-line use-recent-api-versions // diagnosticSettings has no later version
resource blobLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'contact-centre'
  scope: storage::blobs
  properties: { workspaceId: workspaceId, logs: storageLogs, metrics: storageMetrics }
}

#disable-next-line use-recent-api-versions // diagnosticSettings has no later version
resource tableLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'contact-centre'
  scope: storage::tables
  properties: { workspaceId: workspaceId, logs: storageLogs, metrics: storageMetrics }
}
