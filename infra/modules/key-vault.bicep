metadata description = 'The Key Vault for the secrets of Meta\'s Cloud API. A person puts them in: no value passes through here.'

@description('Where the vault lives.')
param location string

@description('Tags of the vault.')
param tags { *: string }

@description('The name of the vault, unique in Azure.')
param name string

@description('Whether only a private endpoint reaches the vault.')
param private bool

@description('Where the log of who read which secret goes.')
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    networkAcls: { bypass: 'None', defaultAction: private ? 'Deny' : 'Allow' }
  }
}

#disable-next-line use-recent-api-versions // diagnosticSettings has no later version
resource vaultLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'contact-centre'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}
