// Somebody leaves: nothing that was written, sent or shown stays in this browser.

import { forgetFiles } from "./actions/media.js";
import { forgetEndings } from "./actions/closing.js";
import { forgetDrafts } from "./drafts.js";
import { newId } from "./edge/browser.js";
import { kept, onKept } from "./edge/storage.js";
import { forgetOutbox } from "./outbox.js";
import { leaveSession, stayOut } from "./session.js";
import { me } from "./state.js";

/** Under which every tab of a person hears that one has signed out. */
const signedOutKey = () => `desk.signedOut:${me.value?.agentId}`;

export function signOut() {
  forget();
  kept.write(signedOutKey(), newId());
  kept.write(signedOutKey(), null);
  leaveSession();
}

/** When the person signs out in another tab, this one goes, too. */
export function followSignOut() {
  onKept((key, forgotten) => {
    if (forgotten || key !== signedOutKey()) return;
    forget();
    stayOut();
  });
}

function forget() {
  forgetEndings();
  forgetDrafts();
  forgetOutbox();
  forgetFiles();
}
