metadata description = 'Every app setting, as one flat map. docs/settings.md says what each means and who reads it.'

@description('The name of the app.')
param appName string

@description('The name under which the app appears in traces.')
param environmentName string

@description('The name of the identity that the app acts as.')
param identityName string

@description('The name of the storage account.')
param storageName string

@description('The name of the storage account of media.')
param mediaStorageName string

@description('Whether the storage account of media is not reached from the internet: then nothing is uploaded.')
param mediaStoragePrivate bool

@description('The name of the Service Bus namespace.')
param serviceBusName string

@description('Whether numbers are at Azure Communication Services.')
param hasCommunicationServices bool

@description('The address of Azure Communication Services, if numbers are there.')
param communicationServicesEndpoint string

@description('The name of the Key Vault with the secrets of Meta\'s Cloud API; empty: no number is there.')
param keyVaultName string

@description('Whether webhooks signed with the app secret before the current one are taken, too.')
param whatsappTakesPreviousSecret bool

@description('The version of Meta\'s Graph API.')
param whatsappGraphVersion string

@description('Whether customers see that their messages were read.')
param whatsappMarkRead bool

@description('The name of Application Insights, whose connection string only names it: telemetry is taken from the identity alone.')
param applicationInsightsName string

@description('How callers of the API are known.')
@allowed(['entra', 'key'])
param authMode string

@description('The tenant whose tokens the app takes.')
param entraTenantId string

@description('The application id of the API.')
param entraAudience string

@description('The application id as which the web desk signs people in; empty: nobody signs in at it.')
param deskClientId string

@description('Origins whose pages may call the API from a browser, with commas between them; empty: none.')
param allowedOrigins string

@description('The application id that protects the webhook; empty: there is no webhook.')
param eventsAudience string

@description('The topic on which other systems are told what happens; empty: nobody is told.')
param eventsTopicName string

@description('Whether other systems are told texts and numbers, too.')
param eventsInFull bool

@description('The fraction of traces that is kept.')
param tracesSampled string

@description('What the app needs whoever calls it.')
var always = {
  ServiceBusConnection__fullyQualifiedNamespace: '${serviceBusName}.servicebus.windows.net'
  ServiceBusConnection__credential: 'managedidentity'
  ServiceBusConnection__clientId: identity.properties.clientId
  TableStorageConnection__tableServiceUri: storage.properties.primaryEndpoints.table
  MediaStorageConnection__blobServiceUri: media.properties.primaryEndpoints.blob
  MEDIA_STORAGE_PRIVATE: mediaStoragePrivate ? 'true' : 'false'
  AZURE_CLIENT_ID: identity.properties.clientId
  CONTACT_CENTER_FILE: 'contact_center.yaml'
  AUTH_MODE: authMode
  ALLOWED_ORIGINS: allowedOrigins
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'true'
  PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME: 'contact_centre'
  OTEL_SERVICE_NAME: environmentName
  OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
  OTEL_TRACES_SAMPLER_ARG: tracesSampled
}

@description('Whose tokens are taken, wherever tokens are taken.')
var tokens = { ENTRA_TENANT_ID: entraTenantId, ENTRA_AUTHORITY: environment().authentication.loginEndpoint }

@description('How an app setting refers to a secret: without a version, so that a new one is found.')
var secret = '@Microsoft.KeyVault(VaultName=${keyVaultName};SecretName={0})'

@description('What numbers at Meta\'s Cloud API need.')
var cloud = {
  WHATSAPP_ACCESS_TOKEN: format(secret, 'whatsapp-access-token')
  WHATSAPP_APP_SECRET: format(secret, 'whatsapp-app-secret')
  WHATSAPP_VERIFY_TOKEN: format(secret, 'whatsapp-verify-token')
  WHATSAPP_GRAPH_VERSION: whatsappGraphVersion
  WHATSAPP_MARK_READ: whatsappMarkRead ? 'true' : 'false'
}

@description('Refers to a secret that is there only while the app secret is changed: what a setting refers to has to be there.')
var previous = { WHATSAPP_APP_SECRET_PREVIOUS: format(secret, 'whatsapp-app-secret-previous') }

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource media 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: mediaStorageName
}

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: union(
    always,
    hasCommunicationServices ? { CommunicationServicesConnection__endpoint: communicationServicesEndpoint } : {},
    empty(keyVaultName) ? {} : cloud,
    !empty(keyVaultName) && whatsappTakesPreviousSecret ? previous : {},
    authMode == 'entra' || !empty(eventsAudience) ? tokens : {},
    authMode == 'entra' ? { ENTRA_AUDIENCE: entraAudience, DESK_CLIENT_ID: deskClientId } : {},
    empty(eventsAudience) ? {} : { EVENTS_AUDIENCE: eventsAudience },
    empty(eventsTopicName) ? {} : { EVENTS_TOPIC: eventsTopicName },
    !empty(eventsTopicName) && eventsInFull ? { EVENTS_CONTENT: 'full' } : {}
  )
}
