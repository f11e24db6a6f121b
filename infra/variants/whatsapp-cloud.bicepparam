// Every number is at Meta's own Cloud API: a Key Vault for its secrets, and neither Azure Communication Services nor Event Grid.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param whatsappCloud = true
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param alertEmail = 'operators@contoso.example'
