// As whatsapp-cloud, with storage, Service Bus and Key Vault reached through private endpoints alone.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param whatsappCloud = true
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param alertEmail = 'operators@contoso.example'
param privateNetworking = true
param serviceBusSku = 'Premium'
