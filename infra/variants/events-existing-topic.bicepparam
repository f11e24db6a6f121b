// The topic is an existing one with its own identity, and all events of all channels of the resource are wanted.
using '../events.bicep'

param topicName = 'acs-contoso-events'
param functionAppId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contact-centre/providers/Microsoft.Web/sites/func-contact-centre'
param channelIds = []
param sentStatuses = true
param storageId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contact-centre/providers/Microsoft.Storage/storageAccounts/stcontactcentre'
