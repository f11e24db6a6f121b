// One line of what is known of something: its name, and what it is.

import { h } from "../vendor/preact.js";

/** @param {{name: string, children?: any}} props */
export const Fact = ({ name, children }) => h("div", { class: "fact" }, h("dt", null, name), h("dd", { dir: "auto" }, children));
