// Events arrive through a webhook that Microsoft Entra ID protects; goes with events-webhook.bicepparam.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param communicationServicesName = 'acs-contoso'
param communicationServicesResourceGroup = 'rg-whatsapp'
param entraTenantId = 'cccccccc-0000-0000-0000-000000000003'
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param eventsAudience = 'dddddddd-0000-0000-0000-000000000004'
param alertEmail = 'operators@contoso.example'
