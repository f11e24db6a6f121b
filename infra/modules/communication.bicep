metadata description = 'Azure Communication Services: found where it is, or created.'

@description('Tags of a created resource.')
param tags { *: string }

@description('The name of the resource, unique in Azure.')
param name string

@description('Whether to create it.')
param create bool

@description('Where a created resource keeps its data; cannot be changed later.')
param dataLocation string

resource created 'Microsoft.Communication/communicationServices@2025-09-01' = if (create) {
  name: name
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource found 'Microsoft.Communication/communicationServices@2025-09-01' existing = if (!create) {
  name: name
}

@description('The address of its API.')
output endpoint string = 'https://${create ? created!.properties.hostName : found!.properties.hostName}'
