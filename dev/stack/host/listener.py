"""Listens to the queue of one trigger and calls its function for every message.

Return completes the message, an error or a dead worker abandons it, so that it comes back at once with a higher
delivery count. Locks are renewed up to `maxAutoLockRenewalDuration`; a connection that is cut is made again.
Like Azure's, a host accepts two sessions a core at a time, and renews a session's lock from its accept on, whatever
messages it brings (ServiceBusProcessor and SessionReceiverManager in Azure/azure-sdk-for-net).
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from dev.stack.host.amqp.errors import AmqpError, ConnectionLostError, LinkClosedError
from dev.stack.host.amqp.links import Received, Receiver
from dev.stack.host.namespace import Namespace
from dev.stack.host.queue_message import body, delivery_count, lock_token, message_lock, metadata, traceparent
from dev.stack.host.service_bus import Lock, QueueClient, Session
from dev.stack.host.settings import HostSettings
from dev.stack.host.supervisor import InvocationError, Supervisor, WorkerLostError
from dev.stack.host.triggers import QueueTrigger

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_ACCEPTS_A_CORE = 2

log = logging.getLogger("host")


class QueueListener:
    """Serves one queue trigger until cancelled."""

    def __init__(self, trigger: QueueTrigger, settings: HostSettings, supervisor: Supervisor) -> None:
        self._trigger = trigger
        self._settings = settings
        self._supervisor = supervisor
        self._namespace = Namespace.parse(trigger.connection)
        self._pause = _FIRST_PAUSE

    async def run(self) -> None:
        while True:
            try:
                await self._listen()
            except* (AmqpError, OSError) as lost:
                cause = lost.exceptions[0]
                while isinstance(cause, BaseExceptionGroup):
                    cause = cause.exceptions[0]
                log.warning("queue %s: %s; connecting again in %.1f s", self._trigger.queue, cause, self._pause)
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    async def _listen(self) -> None:
        async with QueueClient.open(self._namespace, self._trigger.queue) as client, asyncio.TaskGroup() as tasks:
            self._pause = _FIRST_PAUSE
            tasks.create_task(client.keep())
            if self._trigger.sessions:
                accepts = asyncio.Semaphore(_ACCEPTS_A_CORE * (os.process_cpu_count() or 1))
                for _ in range(self._settings.max_concurrent_sessions):
                    tasks.create_task(self._serve_sessions(client, accepts))
            else:
                receiver = await client.receiver()
                for _ in range(self._settings.max_concurrent_calls):
                    tasks.create_task(self._serve_messages(client, receiver))

    async def _serve_sessions(self, client: QueueClient, accepts: asyncio.Semaphore) -> None:
        """One slot: lock a session, drain it, wait `sessionIdleTimeout` for more, take the next."""
        while True:
            async with accepts:
                session = await client.accept_session()
            if session is None:
                continue
            try:
                await self._drain(client, session)
            except ConnectionLostError:
                raise
            except AmqpError as error:
                log.warning("queue %s: a session was lost: %s", self._trigger.queue, error)
            finally:
                await session.receiver.close()

    async def _drain(self, client: QueueClient, session: Session) -> None:
        idle = self._settings.session_idle_timeout.total_seconds()
        async with self._renewed(session.lock, partial(client.renew_session, session)):
            while (received := await session.receiver.receive(idle)) is not None:
                await self._process(session.receiver, received, session.lock)

    async def _serve_messages(self, client: QueueClient, receiver: Receiver) -> None:
        """One of the concurrent calls of a queue without sessions."""
        while True:
            received = await receiver.receive()
            assert received is not None
            lock = message_lock(received)
            try:
                async with self._renewed(lock, partial(client.renew_message, receiver, lock_token(received), lock)):
                    await self._process(receiver, received, lock)
            except LinkClosedError:
                raise
            except AmqpError as error:
                log.warning("queue %s: a message's lock was lost: %s", self._trigger.queue, error)

    @asynccontextmanager
    async def _renewed(self, lock: Lock, renew: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        task = asyncio.create_task(self._renew(lock, renew))
        try:
            yield
        finally:
            task.cancel()

    async def _renew(self, lock: Lock, renew: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(self._settings.max_auto_lock_renewal.total_seconds()):
                while True:
                    await lock.wait_to_renew()
                    await renew()
        except TimeoutError:
            log.warning("queue %s: maxAutoLockRenewalDuration is over, the lock is not renewed", self._trigger.queue)
        except AmqpError as error:
            log.warning("queue %s: the lock could not be renewed: %s", self._trigger.queue, error)

    async def _process(self, receiver: Receiver, received: Received, lock: Lock) -> None:
        inputs = {self._trigger.parameter: body(received.message)}
        try:
            await self._supervisor.invoke(
                self._trigger.function,
                inputs,
                metadata(received, lock.until),
                parent=traceparent(received.message),
            )
        except (InvocationError, WorkerLostError) as error:
            reason = error if isinstance(error, WorkerLostError) else "it raised an error"
            log.error(
                "%s failed: %s; delivery %d of its message is abandoned",
                self._trigger.function.name,
                reason,
                delivery_count(received),
            )
            await receiver.abandon(received)
        else:
            await receiver.complete(received)
