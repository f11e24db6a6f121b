// Begun: its builder fills it.

/** @param {{id?: string}} _props */
export const Info = (_props) => null;
