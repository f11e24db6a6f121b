"""The local stack: starts and ends its parts, on loopback, and stands in for what is only to be had in Azure.

`stack` puts the parts together: Azurite, `servicebus`, `whatsapp` and the Functions `host`, each a process of its own.
`story` plays on a stack that is up. `python -m dev up` is the way in.
"""
