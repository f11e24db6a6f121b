// A trial at little cost: nothing runs while nobody writes, Functions keys protect the API, nobody is told by e-mail, and Azure Communication Services is created here.
using '../main.bicep'

param environmentName = 'trial'
param location = 'francecentral'
param communicationServicesName = 'acs-trial'
param createCommunicationServices = true
param dataLocation = 'France'
param authMode = 'key'
param entraAudience = ''
param alwaysReady = false
param deadLettering = false
