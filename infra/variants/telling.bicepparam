// Other systems are told what happens, texts and numbers too, on a topic.
using '../main.bicep'

param environmentName = 'contact-centre'
param location = 'westeurope'
param communicationServicesName = 'acs-contoso'
param communicationServicesResourceGroup = 'rg-whatsapp'
param entraAudience = 'aaaaaaaa-0000-0000-0000-000000000001'
param eventsTopicName = 'contact-centre-events'
param eventsInFull = true
