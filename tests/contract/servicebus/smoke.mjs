// The second client, @azure/service-bus: node smoke.mjs CONNECTION NODE_MODULES. Exits 0 if every step came true.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { randomUUID } from "node:crypto";

const [connection, modules] = process.argv.slice(2);
const { ServiceBusClient } = createRequire(`${modules}/`)("@azure/service-bus");

const client = new ServiceBusClient(connection, { retryOptions: { maxRetries: 0 } });
const sessionId = randomUUID();
const body = (text) => ({ body: text, sessionId, messageId: randomUUID(), subject: "smoke" });

async function next(receiver) {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 });
  assert.ok(message, "a message comes");
  return message;
}

const sender = client.createSender("sessions");
await sender.sendMessages(body("single"));
await sender.sendMessages([body("first"), body("second"), body("third")]);

const receiver = await client.acceptSession("sessions", sessionId);
const single = await next(receiver);
assert.equal(single.body, "single");
assert.equal(single.subject, "smoke");
assert.equal(single.sessionId, sessionId);
await receiver.completeMessage(single);

await receiver.abandonMessage(await next(receiver), { tried: "once" });
const again = await next(receiver);
assert.equal(again.body, "first");
assert.equal(again.applicationProperties.tried, "once");
await receiver.deferMessage(again);
const second = await next(receiver);
await receiver.deadLetterMessage(second, { deadLetterReason: "Odd", deadLetterErrorDescription: "odd" });
await receiver.completeMessage(await next(receiver));
const [deferred] = await receiver.receiveDeferredMessages(again.sequenceNumber);
await receiver.completeMessage(deferred);
await receiver.setSessionState({ greeted: true });
assert.deepEqual(await receiver.getSessionState(), { greeted: true });
await receiver.setSessionState(null);
assert.ok((await receiver.renewSessionLock()) > new Date());
assert.deepEqual(await receiver.peekMessages(5), []);
await receiver.close();

const dead = client.createReceiver("sessions", { subQueueType: "deadLetter" });
const letter = await next(dead);
assert.equal(letter.body, "second");
assert.equal(letter.deadLetterReason, "Odd");
await dead.completeMessage(letter);
await dead.close();

const soon = new Date(Date.now() + 1000);
const [number] = await sender.scheduleMessages(body("cancelled"), soon);
await sender.cancelScheduledMessages(number);
await sender.scheduleMessages(body("due"), soon);
const waiting = await client.acceptNextSession("sessions");
const due = await next(waiting);
assert.equal(due.body, "due");
await waiting.completeMessage(due);
await waiting.close();

await assert.rejects(sender.sendMessages({ body: "no session" }), /SessionId/);
await client.close();
