// What a supervisor wants to know of agents, from their records and the conversations that are known.

/** @typedef {import("../types/shapes").Agent} Agent */
/** @typedef {import("./rows.js").Known} Known */

/** From at work to gone. @type {readonly import("../types/shapes").Presence[]} */
export const PRESENCES = ["available", "busy", "do_not_disturb", "away", "offline"];

/**
 * @param {Agent} agent
 * @param {Iterable<Known>} rows
 * @returns {string | null} since when the customer of theirs that waits longest has waited
 */
export function oldestUnanswered(agent, rows) {
  let oldest = null;
  for (const row of rows)
    if (!row.gone && row.agent === agent.agentId && row.waitingSince && (oldest === null || row.waitingSince < oldest)) oldest = row.waitingSince;
  return oldest;
}

/** Those who need something first, then by presence and name. @param {readonly Agent[]} agents */
export const inOrder = (agents) =>
  [...agents].sort((one, other) => Number(needsQueues(other)) - Number(needsQueues(one))
    || PRESENCES.indexOf(one.presence) - PRESENCES.indexOf(other.presence)
    || one.name.localeCompare(other.name));

/** Whoever started a shift without a record has one without queues, and sees nothing. @param {Agent} agent */
export const needsQueues = (agent) => agent.active && agent.queues.length === 0;

/**
 * Skills as people write them, `french:3, billing`.
 * @param {string} text
 * @returns {{name: string, level: number}[]}
 */
export const skillsIn = (text) =>
  text.split(/[,;]/).map((part) => part.trim()).filter(Boolean).map((part) => {
    const [name = "", level] = part.split(":").map((one) => one.trim());
    return { name, level: level ? Number(level) : 1 };
  });

/** @param {readonly {name: string, level: number}[]} skills */
export const skillsAsText = (skills) => skills.map(({ name, level }) => `${name}:${level}`).join(", ");
