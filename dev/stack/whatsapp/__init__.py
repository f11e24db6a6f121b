"""A stand-in for Azure Communication Services, Meta's Graph API and the customers' phones.

The app under test sends to it as to ACS or to Meta; it answers with WhatsApp's rules, and tells of what happens as
each of them does: by Event Grid events (`event_grid.py`), by signed webhooks (`webhooks.py`).
Tests and people act as customers over the phone API (`phone_api.py`) or the page at `/`. All state is in memory.
"""
