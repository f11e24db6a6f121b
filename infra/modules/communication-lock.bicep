metadata description = 'A lock on the one Azure Communication Services resource: nobody deletes it, with the number, unless the lock is taken off first. Deployed to the group of that resource.'

@description('The name of the resource.')
param communicationServicesName string

resource communicationServices 'Microsoft.Communication/communicationServices@2025-09-01' existing = {
  name: communicationServicesName
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-the-whatsapp-number'
  scope: communicationServices
  properties: {
    level: 'CanNotDelete'
    notes: 'Deleting it loses the WhatsApp number. The role with which the contact centre sends messages would allow that.'
  }
}
