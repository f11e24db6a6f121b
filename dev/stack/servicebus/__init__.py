"""A stand-in for Azure Service Bus on loopback: AMQP 1.0 for the unmodified SDKs, a control port for tests and people.

`queues` reads the declarations; `broker`, `store`, `locks` and `sessions` hold what a queue means; the rest speaks the
protocol: `server` starts a `connection` for each client, `links` carry messages, `management` answers requests.
Contents live in memory only. Left out: filters of subscriptions, transactions, TLS, access rights (any key is good),
time to live.
"""
