metadata description = 'The virtual network: a subnet that the app sends from, and one for the private endpoints of storage, Service Bus and Key Vault.'

@description('Where the network lives.')
param location string

@description('Tags of the network.')
param tags { *: string }

@description('The name of the network.')
param name string

@description('The addresses of the network; a /24 at least.')
param addressPrefix string

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 25, 0)
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 27, 4) }
      }
    ]
  }
}
