"""The agents' API: from a request to a problem+json or JSON answer. Knows nothing of Azure Functions."""
