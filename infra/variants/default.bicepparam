// The usual deployment: everything created but Azure Communication Services, which has the WhatsApp channel.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param communicationServicesName = 'acs-contoso'
param communicationServicesResourceGroup = 'rg-whatsapp'
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param alertEmail = 'operators@contoso.example'
