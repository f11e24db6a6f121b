// Names for the shapes of the API's document (api.d.ts) that the desk speaks of.

import type { components } from "./api";

type Schemas = components["schemas"];

export type Row = Schemas["ConversationSummary"];
export type Conversation = Schemas["ConversationView"];
export type Message = Schemas["MessageView"];
export type NextReply = Schemas["NextReplyView"];
export type Me = Schemas["MeView"];
export type Agent = Schemas["AgentView"];
export type Queue = Schemas["QueueView"];
export type Contact = Schemas["ContactView"];
export type Presence = Me["presence"];
export type Action = Conversation["allowed"][number];
