metadata description = 'Sends the delivery failures of the Event Grid topic to the workspace; deployed to the group of the topic.'

@description('The name of the topic.')
param topicName string

@description('Where its log goes.')
param workspaceId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

#disable-next-line use-recent-api-versions // diagnosticSettings has no later version
resource topicLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'contact-centre'
  scope: topic
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'DeliveryFailures', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}
