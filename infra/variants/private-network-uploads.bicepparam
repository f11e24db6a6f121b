// As private-network, with a storage account of its own for files, from which WhatsApp fetches what agents upload.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param communicationServicesName = 'acs-contoso'
param communicationServicesResourceGroup = 'rg-whatsapp'
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param privateNetworking = true
param serviceBusSku = 'Premium'
param publicMediaStorage = true
param mediaKeepDays = 90
param uploadKeepDays = 91
