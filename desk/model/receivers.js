// To whom a conversation can be handed on, and why not to the others.

/** @typedef {import("../types/shapes").Queue} Queue */
/** @typedef {Pick<import("../types/shapes").Agent, "agentId" | "name" | "presence"> & Partial<import("../types/shapes").Agent>} Agent
 *   agents are told of their colleagues' names and presence alone */

/**
 * @typedef {object} Receiver
 * @property {string} value
 * @property {string} id of the queue or the agent
 * @property {string} name
 * @property {Queue} [queue]
 * @property {Agent} [agent]
 * @property {"closed" | "closedUntil" | "gone" | "full" | null} reason why it can't be handed there
 */

/**
 * @param {readonly Queue[]} queues
 * @param {readonly Agent[]} agents
 * @param {{queue: string, agent: string | null}} conversation
 * @param {{agentId: string, role: string}} by who hands it on
 * @returns {Receiver[]} queues first; where it is now is not among them
 */
export function receivers(queues, agents, conversation, by) {
  const others = agents.filter((agent) => agent.active !== false && agent.agentId !== (conversation.agent ?? by.agentId));
  return [
    ...queues
      .filter((queue) => queue.name !== conversation.queue || conversation.agent !== null)
      .map((queue) => ({ value: `queue:${queue.name}`, id: queue.name, name: queue.name, queue, reason: whyNotQueue(queue, by.role) })),
    ...others.map((agent) => ({ value: `agent:${agent.agentId}`, id: agent.agentId, name: agent.name, agent, reason: whyNotAgent(agent) })),
  ];
}

/** Only supervisors hand to a queue that is closed. @param {Queue} queue @param {string} role @returns {Receiver["reason"]} */
function whyNotQueue(queue, role) {
  if (!queue.configured) return "gone";
  if (queue.open || role !== "Agent") return null;
  return queue.opensAt ? "closedUntil" : "closed";
}

/** @param {Agent} agent @returns {Receiver["reason"]} */
const whyNotAgent = (agent) => ((agent.load ?? 0) >= (agent.capacity ?? Infinity) ? "full" : null);
