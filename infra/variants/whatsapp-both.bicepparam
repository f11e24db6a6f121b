// Numbers are at Azure Communication Services and at Meta's Cloud API, as while they move; the app secret at Meta is being changed.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param communicationServicesName = 'acs-contoso'
param communicationServicesResourceGroup = 'rg-whatsapp'
param whatsappCloud = true
param whatsappTakesPreviousSecret = true
param whatsappMarkRead = true
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param alertEmail = 'operators@contoso.example'
