// What has room on the screen.

import { watchWide } from "./edge/browser.js";
import { infoBeside } from "./preferences.js";
import { go, place } from "./router.js";
import { computed, signal } from "./vendor/signals.js";

const wide = signal(false);

/** The customer is shown: where the address says so, and beside every conversation where there is room for it. */
export const infoIsShown = computed(
  () => place.value.view === "conversation" && (place.value.info || (wide.value && infoBeside.value)),
);

/** The customer is what the address names: the view has that heading. */
export const infoIsView = computed(() => infoIsShown.value && !wide.value);

export const watchLayout = () => watchWide((is) => (wide.value = is));

/** Shows the customer of the open conversation, or does not any more. */
export function toggleInfo() {
  if (place.value.view !== "conversation") return;
  const shown = infoIsShown.value;
  if (wide.value) infoBeside.choose(!shown);
  if (!wide.value || place.value.info) go({ ...place.value, info: !shown });
}
