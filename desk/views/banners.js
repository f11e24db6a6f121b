// Begun: its builder fills it.

/** @param {{id?: string}} _props */
export const Banners = (_props) => null;
