// Begun: its builder fills it.

/** @param {{id?: string}} _props */
export const NewConversation = (_props) => null;
