// Storage and Service Bus are reached through private endpoints alone, a zone of the region may fail, and the resource with the number is locked.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param communicationServicesName = 'acs-contoso'
param communicationServicesResourceGroup = 'rg-whatsapp'
param lockCommunicationServices = true
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param alertEmail = 'operators@contoso.example'
param privateNetworking = true
param serviceBusSku = 'Premium'
param zoneRedundant = true
param instanceMemoryMB = 4096
param maximumInstanceCount = 78
param logRetentionDays = 90
param blobRetentionDays = 365
param mediaKeepDays = 90
param uploadKeepDays = 90
param tags = { 'cost-centre': 'customer-service' }
