// Somebody leaves: nothing that was written, sent or shown stays in this browser.

import { forgetDrafts } from "./drafts.js";
import { reload } from "./edge/browser.js";
import { forgetOutbox } from "./outbox.js";
import { sitDown } from "./session.js";

export function signOut() {
  forgetDrafts();
  forgetOutbox();
  sitDown(null);
  reload();
}
