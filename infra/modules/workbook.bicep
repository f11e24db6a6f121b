metadata description = 'The workbook of the contact centre: what supervisors and operators look at, and what became of one conversation.'

@description('Where the workbook lives.')
param location string

@description('Tags of the workbook.')
param tags { *: string }

@description('The Log Analytics workspace that the queries read.')
param workspaceId string

@description('Application Insights, in whose menu the workbook is found.')
param applicationInsightsId string

@description('The Service Bus namespace.')
param serviceBusId string

@description('The Event Grid system topic; empty: there is none.')
param topicId string

@description('A query as the workbook shows it.')
type QueryView = {
  @description('The tab that it is on.')
  tab: 'supervisor' | 'desks' | 'operator' | 'conversation'

  @description('What it shows.')
  title: string

  @description('The query.')
  query: string

  @description('How it shows it.')
  picture: 'table' | 'timechart'

  @description('How many days it looks back, whatever the time range.')
  days: int?

  @description('Its width in percent.')
  width: int?
}

@description('The queries, tab by tab.')
var queries QueryView[] = [
  {
    tab: 'supervisor'
    title: 'Waiting now, and the minutes of the oldest'
    query: loadTextContent('../queries/waiting_now.kql')
    picture: 'table'
    days: 2
  }
  {
    tab: 'supervisor'
    title: 'Why conversations wait'
    query: loadTextContent('../queries/wait_reasons.kql')
    picture: 'timechart'
  }
  {
    tab: 'supervisor'
    title: 'Conversations opened an hour'
    query: loadTextContent('../queries/conversations_opened.kql')
    picture: 'timechart'
  }
  {
    tab: 'supervisor'
    title: 'Minutes until an agent took a conversation'
    query: loadTextContent('../queries/queue_wait.kql')
    picture: 'table'
  }
  {
    tab: 'supervisor'
    title: 'Minutes until an agent\'s first message'
    query: loadTextContent('../queries/first_response.kql')
    picture: 'table'
  }
  {
    tab: 'supervisor'
    title: 'Assignments an hour by reason'
    query: loadTextContent('../queries/assignments.kql')
    picture: 'timechart'
  }
  {
    tab: 'supervisor'
    title: 'Offers an hour that were declined or missed'
    query: loadTextContent('../queries/declines.kql')
    picture: 'timechart'
  }
  {
    tab: 'supervisor'
    title: 'Conversations that overflowed'
    query: loadTextContent('../queries/overflow.kql')
    picture: 'table'
  }
  {
    tab: 'supervisor'
    title: 'What became of surveys'
    query: loadTextContent('../queries/surveys.kql')
    picture: 'table'
  }
  {
    tab: 'supervisor'
    title: 'What customers answered to surveys'
    query: loadTextContent('../queries/survey_scores.kql')
    picture: 'table'
  }
  {
    tab: 'supervisor'
    title: 'Replies an hour by delivery'
    query: loadTextContent('../queries/replies.kql')
    picture: 'timechart'
  }
  {
    tab: 'supervisor'
    title: 'Replies an hour that were held, released, expired or cancelled'
    query: loadTextContent('../queries/held_replies.kql')
    picture: 'timechart'
  }
  {
    tab: 'desks'
    title: 'Agents at work'
    query: loadTextContent('../queries/agents_on_shift.kql')
    picture: 'timechart'
  }
  {
    tab: 'desks'
    title: 'Desks that wait for changes, in all and at one instance'
    query: loadTextContent('../queries/desks_waiting.kql')
    picture: 'timechart'
  }
  {
    tab: 'desks'
    title: 'Calls of desks an hour by how they ended'
    query: loadTextContent('../queries/desk_calls.kql')
    picture: 'timechart'
  }
  {
    tab: 'desks'
    title: 'Seconds from a change until desks learn of it'
    query: loadTextContent('../queries/change_delay.kql')
    picture: 'table'
  }
  {
    tab: 'operator'
    title: 'Messages in and out by kind'
    query: loadTextContent('../queries/messages.kql')
    picture: 'timechart'
  }
  {
    tab: 'operator'
    title: 'Seconds from the queue until handled'
    query: loadTextContent('../queries/message_delay.kql')
    picture: 'table'
  }
  {
    tab: 'operator'
    title: 'Attempts to send by channel and outcome'
    query: loadTextContent('../queries/sends.kql')
    picture: 'table'
  }
  {
    tab: 'operator'
    title: 'Minutes since Meta\'s webhook last told of a number'
    query: loadTextContent('../queries/webhook_ages.kql')
    picture: 'timechart'
  }
  {
    tab: 'operator'
    title: 'Messages given up by code'
    query: loadTextContent('../queries/messages_failed.kql')
    picture: 'table'
  }
  {
    tab: 'operator'
    title: 'Requests to the API, in milliseconds'
    query: loadTextContent('../queries/requests.kql')
    picture: 'table'
  }
  {
    tab: 'operator'
    title: 'New in quarantine by source'
    query: loadTextContent('../queries/quarantined.kql')
    picture: 'table'
  }
  {
    tab: 'operator'
    title: 'Unexpected errors'
    query: loadTextContent('../queries/errors.kql')
    picture: 'table'
  }
  {
    tab: 'operator'
    title: 'Problems of settings and configuration'
    query: loadTextContent('../queries/misconfigured.kql')
    picture: 'table'
  }
  {
    tab: 'conversation'
    title: 'Its steps'
    query: loadTextContent('../queries/conversation.kql')
    picture: 'table'
    width: 100
  }
  {
    tab: 'conversation'
    title: 'All that was traced in these steps'
    query: loadTextContent('../queries/trace.kql')
    picture: 'table'
    width: 100
  }
]

@description('What the platform measures, for operators. In a workbook, aggregation 1 is the sum and 3 the maximum.')
var metrics = [
  {
    title: 'Messages in each queue'
    resourceType: 'microsoft.servicebus/namespaces'
    resourceId: serviceBusId
    metric: 'ActiveMessages'
    aggregation: 3
    splitBy: 'EntityName'
  }
  {
    title: 'Dead letters of each queue'
    resourceType: 'microsoft.servicebus/namespaces'
    resourceId: serviceBusId
    metric: 'DeadletteredMessages'
    aggregation: 3
    splitBy: 'EntityName'
  }
  {
    title: 'Size of each queue'
    resourceType: 'microsoft.servicebus/namespaces'
    resourceId: serviceBusId
    metric: 'Size'
    aggregation: 3
    splitBy: 'EntityName'
  }
]

@description('What is shown of the Event Grid topic.')
var topicMetrics = [
  {
    title: 'Events that Event Grid gave up delivering'
    resourceType: 'microsoft.eventgrid/systemtopics'
    resourceId: topicId
    metric: 'DeadLetteredCount'
    aggregation: 1
    splitBy: 'EventSubscriptionName'
  }
]

@description('What people choose from: the time range, the tabs, and the conversation on its tab.')
var frame = loadJsonContent('../workbook.json')

@description('The queries as items of the workbook.')
var queryItems = [
  for each in queries: {
    type: 3
    name: each.title
    customWidth: string(each.?width ?? 50)
    conditionalVisibility: { parameterName: 'tab', comparison: 'isEqualTo', value: each.tab }
    content: union(
      {
        version: 'KqlItem/1.0'
        title: each.title
        query: each.query
        size: 0
        queryType: 0
        resourceType: 'microsoft.operationalinsights/workspaces'
        crossComponentResources: [workspaceId]
        visualization: each.picture
      },
      each.?days == null
        ? { timeContextFromParameter: 'TimeRange', timeContext: { durationMs: 0 } }
        : { timeContext: { durationMs: each.days! * 86400000 } }
    )
  }
]

@description('The metrics as items of the workbook.')
var metricItems = [
  for each in concat(metrics, empty(topicId) ? [] : topicMetrics): {
    type: 10
    name: each.title
    customWidth: '50'
    conditionalVisibility: { parameterName: 'tab', comparison: 'isEqualTo', value: 'operator' }
    content: {
      version: 'MetricsItem/2.0'
      title: each.title
      size: 0
      chartType: 2
      resourceType: each.resourceType
      resourceIds: [each.resourceId]
      metricScope: 0
      timeContextFromParameter: 'TimeRange'
      timeContext: { durationMs: 0 }
      metrics: [
        {
          namespace: each.resourceType
          metric: '${each.resourceType}--${each.metric}'
          aggregation: each.aggregation
          splitBy: each.splitBy
        }
      ]
    }
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'contact centre')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Contact centre'
    category: 'workbook'
    sourceId: applicationInsightsId
    version: frame.version
    serializedData: string({
      version: frame.version
      items: concat(frame.items, queryItems, metricItems)
      fallbackResourceIds: [workspaceId]
    })
  }
}
