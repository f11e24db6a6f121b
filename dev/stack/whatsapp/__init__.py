"""A stand-in for Azure Communication Services and the customers' phones.

The app under test sends to it as to ACS; it answers with WhatsApp's rules and posts Event Grid events.
Tests and people act as customers over the phone API (`phone_api.py`) or the page at `/`. All state is in memory.
"""
