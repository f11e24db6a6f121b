// Events go to the webhook, with a token of Microsoft Entra ID that the app checks.
using '../events.bicep'

param topicName = 'evgt-contact-centre'
param delivery = 'webhook'
param webhookAddress = 'https://func-contact-centre.azurewebsites.net/api/events'
param entraTenantId = 'cccccccc-0000-0000-0000-000000000003'
param eventsAudience = 'dddddddd-0000-0000-0000-000000000004'
param channelIds = ['11111111-1111-1111-1111-111111111111']
param storageId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contact-centre/providers/Microsoft.Storage/storageAccounts/stcontactcentre'
param topicIdentityId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contact-centre/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-contact-centre-topic'
