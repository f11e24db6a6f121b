// What a person chooses for this browser: language, theme, sounds, keys; and the way out.

import { h } from "../vendor/preact.js";
import { useState } from "../vendor/hooks.js";
import { keepOnlyInTab, onlyInTab } from "../drafts.js";
import { chooseLanguage, language, LANGUAGES, t } from "../i18n.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { named, Select } from "../parts/select.js";
import { Switch } from "../parts/switch.js";
import { enterSends, singleKeys, sounds, undoSeconds } from "../preferences.js";
import { signOut } from "../sign-out.js";
import { me } from "../state.js";
import { chooseTheme, theme, THEMES } from "../theme.js";

const UNDO_SECONDS = [0, 3, 5, 10];
const SOUNDS = /** @type {const} */ (["mine", "all", "none"]);
/** @type {Record<string, string>} */
const NAMES = { en: "English", fr: "Français" };

export function Profile() {
  const [open, setOpen] = useState(false);
  return [
    h(Button, { key: "button", label: t("profile.name"), icon: "user-round", onClick: () => setOpen(true), rest: { "aria-haspopup": "dialog" } }),
    open && h(ProfileDialog, { key: "dialog", onDone: () => setOpen(false) }),
  ];
}

/** @param {{onDone: () => void}} props */
function ProfileDialog({ onDone }) {
  return h(Dialog, { title: t("profile.name"), onBack: onDone },
    h("p", null, h("bdi", null, me.value?.record?.name ?? me.value?.agentId), " · ", t(`role.${me.value?.role}`)),
    h(Select, { label: t("profile.language"), value: language.value, options: named(LANGUAGES, (one) => NAMES[one] ?? one), onPick: chooseLanguage }),
    h(Select, { label: t("profile.theme"), value: theme.value, options: named(THEMES, (one) => t(`profile.theme.${one}`)), onPick: chooseTheme }),
    h(Select, { label: t("profile.sounds"), value: sounds.value, options: named(SOUNDS, (one) => t(`profile.sounds.${one}`)), onPick: sounds.choose }),
    h(Select, { label: t("profile.undo"), value: undoSeconds.value, options: named(UNDO_SECONDS, (count) => t("profile.undoSeconds", { count })), onPick: undoSeconds.choose }),
    h(Switch, { label: t("profile.keys"), on: singleKeys.value, onChange: singleKeys.choose }),
    h(Switch, { label: t("profile.enterSends"), on: enterSends.value, onChange: enterSends.choose }),
    h(Switch, { label: t("profile.onlyInTab"), on: onlyInTab.value, onChange: keepOnlyInTab }),
    h(Button, { label: t("profile.signOut"), icon: "log-out", tone: "danger", onClick: signOut }),
  );
}
