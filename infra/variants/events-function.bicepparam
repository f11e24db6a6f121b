// Events go to the function. The filters let two WhatsApp channels through, and no other of the same Azure Communication Services.
using '../events.bicep'

param topicName = 'evgt-contact-centre'
param functionAppId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contact-centre/providers/Microsoft.Web/sites/func-contact-centre'
param channelIds = ['11111111-1111-1111-1111-111111111111', '22222222-2222-2222-2222-222222222222']
param storageId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contact-centre/providers/Microsoft.Storage/storageAccounts/stcontactcentre'
param topicIdentityId = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contact-centre/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-contact-centre-topic'
