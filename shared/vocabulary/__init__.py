"""The words of the product as types: closed sets, what is said in a conversation, identities, errors."""
