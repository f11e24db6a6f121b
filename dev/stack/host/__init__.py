"""The Functions host of the local stack: Azure's triggers, keys and queues around Microsoft's Python worker library."""
