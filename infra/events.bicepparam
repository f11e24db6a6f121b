using 'events.bicep'

// What main.bicep put out is in the environment: azd sets it, or the shell does.
param topicName = readEnvironmentVariable('EVENT_GRID_TOPIC_NAME', 'evgt-contact-centre')
param delivery = readEnvironmentVariable('DELIVERY', 'function')
param functionAppId = readEnvironmentVariable('AZURE_FUNCTION_ID', '')
param webhookAddress = '${readEnvironmentVariable('API_ADDRESS', '')}/events'
param entraTenantId = readEnvironmentVariable('ENTRA_TENANT_ID', '')
param eventsAudience = readEnvironmentVariable('EVENTS_AUDIENCE', '')
// The ids that numbers have at Azure Communication Services, and had before they moved: GUIDs. Meta's are digits alone, and
// Meta calls the app itself. "moved_from" is one id or a list, whose marks the split takes away.
param channelIds = filter(
  flatten(map(
    filter(
      flatten(map(items(loadYamlContent('../contact_center.yaml').channels), channel => items(channel.value))),
      field => contains(['id', 'moved_from'], field.key)
    ),
    field => split(string(field.value), [',', '[', ']', '"'])
  )),
  part => contains(part, '-')
)
param sentStatuses = bool(readEnvironmentVariable('SENT_STATUSES', 'false'))
param deadLettering = bool(readEnvironmentVariable('DEAD_LETTERING', 'true'))
param storageId = readEnvironmentVariable('EVENTS_STORAGE_ID', '')
param topicIdentityId = readEnvironmentVariable('EVENTS_IDENTITY_ID', '')
