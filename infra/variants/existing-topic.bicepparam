// Azure Communication Services already has an Event Grid topic, which lies in another group and serves others too.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param communicationServicesName = 'acs-contoso'
param communicationServicesResourceGroup = 'rg-whatsapp'
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param eventGridTopicName = 'acs-contoso-events'
param eventGridTopicResourceGroup = 'rg-events'
param eventGridTopicPrincipalId = 'bbbbbbbb-0000-0000-0000-000000000002'
param alertEmail = 'operators@contoso.example'
