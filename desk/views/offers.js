// Begun: its builder fills it.

/** @param {{id?: string}} _props */
export const Offers = (_props) => null;
