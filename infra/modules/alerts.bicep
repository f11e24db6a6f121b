metadata description = 'What wakes a person: alerts on platform metrics and on the log. Each one has a section in docs/operations.md.'

@description('Where the rules on the log live.')
param location string

@description('Tags of every resource.')
param tags { *: string }

@description('Whom an alert tells by e-mail; empty: nobody, and alerts show in the portal alone.')
param alertEmail string

@description('The Log Analytics workspace that holds the log and the metrics of the app.')
param workspaceId string

@description('The Service Bus namespace.')
param serviceBusId string

@description('The Event Grid system topic; empty: there is none.')
param topicId string

@description('The function app.')
param functionAppId string

@description('After how many minutes a conversation that nobody takes is an alert.')
@minValue(5)
param waitingMinutes int = 60

@description('Whether other systems are told what happens.')
param tellsOthers bool

@description('Whether numbers are at Meta\'s Cloud API.')
param hearsMeta bool

@description('A queue\'s limit, declared once for Azure and for the local stack.')
var queueBytes = loadJsonContent('../../dev/stack/servicebus/queues.json').conversations.maxSizeInMegabytes * 1024 * 1024

@description('Alerts on metrics that the platform measures; a window can be 5 or 15 minutes, not 10.')
var metricRules = [
  {
    name: 'queue-not-emptied'
    means: 'Messages have been waiting in a queue for 15 minutes without a break: the app does not wake, or cannot keep up.'
    severity: 1
    resourceId: serviceBusId
    metric: 'ActiveMessages'
    dimension: 'EntityName'
    aggregation: 'Minimum'
    above: 0
  }
  {
    name: 'queue-filling-up'
    means: 'A queue is over 70 % of its size. When it is full, Event Grid has to wait and timers are refused.'
    severity: 1
    resourceId: serviceBusId
    metric: 'Size'
    dimension: 'EntityName'
    aggregation: 'Average'
    above: queueBytes * 70 / 100
  }
  {
    name: 'dead-letters-left'
    means: 'Dead letters stay in their queue: the function keep_dead_letter does not move them to quarantine.'
    severity: 2
    resourceId: serviceBusId
    metric: 'DeadletteredMessages'
    dimension: 'EntityName'
    aggregation: 'Minimum'
    above: 0
  }
  {
    name: 'http-5xx'
    means: 'More than ten calls were answered with 5xx in 15 minutes, by the app or before they reached it.'
    severity: 2
    resourceId: functionAppId
    metric: 'Http5xx'
    dimension: ''
    aggregation: 'Total'
    above: 10
  }
]

@description('Alerts on metrics of the Event Grid topic.')
var topicRules = [
  {
    name: 'events-not-delivered'
    means: 'Event Grid tried more than three times in 15 minutes to deliver events, in vain: what customers write does not arrive.'
    severity: 1
    resourceId: topicId
    metric: 'DeliveryAttemptFailCount'
    dimension: 'EventSubscriptionName'
    aggregation: 'Total'
    above: 3
  }
  {
    name: 'events-dead-lettered'
    means: 'Event Grid gave up delivering events and wrote them to the container eventgrid-deadletter.'
    severity: 1
    resourceId: topicId
    metric: 'DeadLetteredCount'
    dimension: 'EventSubscriptionName'
    aggregation: 'Total'
    above: 0
  }
  {
    name: 'events-dropped'
    means: 'Event Grid gave up delivering events and could not keep them: they are lost.'
    severity: 0
    resourceId: topicId
    metric: 'DroppedEventCount'
    dimension: 'EventSubscriptionName'
    aggregation: 'Total'
    above: 0
  }
]

@description('Alerts on what the app says itself: a query, the column that is measured, and the columns that tell alerts apart.')
var logRules = [
  {
    name: 'server-errors'
    means: 'More than five requests to the API or the webhook were answered with the same problem of status 5xx in 15 minutes.'
    severity: 2
    query: loadTextContent('../queries/server_errors.kql')
    measure: 'Answers'
    dimensions: ['Code']
    above: 5
    range: null
  }
  {
    name: 'misconfigured'
    means: 'The app started with bad settings or a bad configuration. It handles nothing until that is mended.'
    severity: 0
    query: loadTextContent('../queries/misconfigured.kql')
    measure: 'Lines'
    dimensions: []
    above: 0
    range: null
  }
  {
    name: 'quarantined'
    means: 'Something could not be processed and is kept in quarantine until a person looks at it.'
    severity: 2
    query: loadTextContent('../queries/quarantined.kql')
    measure: 'Items'
    dimensions: ['Source']
    above: 0
    range: null
  }
  {
    name: 'channel-stopped'
    means: 'A channel sends nothing: WhatsApp has stopped it, or five attempts failed in 15 minutes and none was accepted.'
    severity: 1
    query: loadTextContent('../queries/channel_stopped.kql')
    measure: 'Failed'
    dimensions: ['Channel']
    above: 0
    range: null
  }
  {
    name: 'messages-failed'
    means: 'Messages to customers were given up for good.'
    severity: 3
    query: loadTextContent('../queries/messages_failed.kql')
    measure: 'Messages'
    dimensions: ['Code', 'Channel']
    above: 0
    range: null
  }
  {
    name: 'nobody-to-take'
    means: 'Conversations wait in a queue, and for five minutes there was nobody who could take them.'
    severity: 2
    query: loadTextContent('../queries/nobody_to_take.kql')
    measure: 'Waiting'
    dimensions: ['Queue', 'Reason']
    above: 0
    range: null
  }
  {
    name: 'desks-turned-away'
    means: 'For five minutes desks were told to ask again later: more wait for changes than the instances of the API take.'
    severity: 3
    query: loadTextContent('../queries/desks_turned_away.kql')
    measure: 'Calls'
    dimensions: []
    above: 0
    range: null
  }
  {
    name: 'changes-late'
    means: 'In five of 15 minutes desks learned of changes later than five seconds after they were made.'
    severity: 2
    query: loadTextContent('../queries/changes_late.kql')
    measure: 'Seconds'
    dimensions: []
    above: 0
    range: null
  }
  {
    name: 'waiting-too-long'
    means: 'A conversation has waited for an agent longer than ${waitingMinutes} minutes.'
    severity: 3
    query: loadTextContent('../queries/waiting_now.kql')
    measure: 'Minutes'
    dimensions: ['Queue']
    above: waitingMinutes
    range: 'P2D'
  }
]

@description('The alert where other systems are told.')
var tellingRules = [
  {
    name: 'events-out-dropped'
    means: 'Other systems were not told everything: the topic was away for so long that a contact had no room for more.'
    severity: 2
    query: loadTextContent('../queries/events_out_dropped.kql')
    measure: 'Events'
    dimensions: []
    above: 0
    range: null
  }
]

@description('The alerts where numbers are at Meta\'s Cloud API.')
var metaRules = [
  {
    name: 'webhooks-refused'
    means: 'More than ten calls of the webhook in 15 minutes did not prove to be Meta\'s: the app secret is wrong, or somebody else calls.'
    severity: 1
    query: loadTextContent('../queries/webhooks_refused.kql')
    measure: 'Calls'
    dimensions: ['Reason']
    above: 10
    range: null
  }
  {
    name: 'webhook-silent'
    means: 'Meta took messages of a number, and for five minutes its webhook told nothing of them: what customers write may not arrive.'
    severity: 1
    query: loadTextContent('../queries/webhook_silent.kql')
    measure: 'Messages'
    dimensions: ['Channel']
    above: 0
    range: 'PT1H'
  }
  {
    name: 'account-news'
    means: 'Meta says something of an account: a restriction, a violation, an alert, or a change of its security.'
    severity: 1
    query: loadTextContent('../queries/account_news.kql')
    measure: 'Times'
    dimensions: ['Field', 'Event']
    above: 0
    range: null
  }
]

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'contact-centre'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'contactcntr'
    enabled: true
    emailReceivers: empty(alertEmail)
      ? []
      : [{ name: 'operators', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

resource metricAlerts 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for rule in concat(metricRules, empty(topicId) ? [] : topicRules): {
    name: rule.name
    location: 'global'
    tags: tags
    properties: {
      description: '${rule.means} What to do: docs/operations.md, ${rule.name}.'
      severity: rule.severity
      enabled: true
      scopes: [rule.resourceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: rule.metric
            metricName: rule.metric
            timeAggregation: rule.aggregation
            operator: 'GreaterThan'
            threshold: rule.above
            dimensions: empty(rule.dimension) ? [] : [{ name: rule.dimension, operator: 'Include', values: ['*'] }]
            skipMetricValidation: true
          }
        ]
      }
      autoMitigate: true
      actions: [{ actionGroupId: actionGroup.id }]
    }
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in concat(logRules, tellsOthers ? tellingRules : [], hearsMeta ? metaRules : []): {
    name: rule.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.name
      description: '${rule.means} What to do: docs/operations.md, ${rule.name}.'
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      overrideQueryTimeRange: rule.range
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Total'
            metricMeasureColumn: rule.measure
            dimensions: [for column in rule.dimensions: { name: column, operator: 'Include', values: ['*'] }]
            operator: 'GreaterThan'
            threshold: rule.above
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      skipQueryValidation: true
      actions: { actionGroups: [actionGroup.id] }
    }
  }
]
