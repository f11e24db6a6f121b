"""The local stack: everything that Azure and WhatsApp do for the app, on loopback, for development and tests."""
