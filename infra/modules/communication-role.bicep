metadata description = 'The role of the app on the one Azure Communication Services resource; deployed to the group of that resource.'

@description('The name of the resource.')
param communicationServicesName string

@description('What the role is assigned to.')
param principalId string

@description('Ids of the built-in roles.')
var roles = loadJsonContent('../roles.json')

resource communicationServices 'Microsoft.Communication/communicationServices@2025-09-01' existing = {
  name: communicationServicesName
}

resource owner 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communicationServices.id, principalId, roles['Communication and Email Service Owner'])
  scope: communicationServices
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Communication and Email Service Owner']
    )
  }
}
