"""An AMQP 1.0 client on asyncio: Apache Qpid Proton's protocol engine fed from an asyncio transport.

A connection carries many links. What the peer refuses is an `AmqpError`; a link that it closed is a `LinkClosedError`,
a connection that is gone a `ConnectionLostError`, which ends every link and every waiting call on it.
"""
