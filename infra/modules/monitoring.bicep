metadata description = 'Log Analytics workspace and Application Insights, which takes telemetry from Microsoft Entra identities alone.'

@description('Where the resources live.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('The name of the workspace.')
param workspaceName string

@description('The name of Application Insights.')
param applicationInsightsName string

@description('Days that logs and metrics are kept.')
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}
