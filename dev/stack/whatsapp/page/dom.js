// Elements: how they are found, made, and kept in step with a list. What people wrote enters as text only.

/** @param {string} id */
export const at = (id) => document.getElementById(id);

/** Makes an element. @param {string} tag @param {string} [className] @param {string} [text] */
export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** The same for words of people, which may run from right to left. */
export function words(tag, className, text) {
  const made = element(tag, className, text);
  made.dir = "auto";
  return made;
}

/** A button that does something. @param {() => void} act */
export function button(className, text, act) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** Changes a text only if it differs, so that a selection in it stays. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Shows or hides a part that a button opens. */
export function disclose(opener, part, shown) {
  part.hidden = !shown;
  opener.setAttribute("aria-expanded", String(shown));
}

/** Makes the children of a list match `things`, and keeps the elements (and the focus) of those that stay. */
export function reconcile(list, things, keyOfThing, make, update) {
  const kept = new Map([...list.children].map((child) => [child.dataset.key, child]));
  things.forEach((thing, position) => {
    const key = keyOfThing(thing);
    const child = kept.get(key) ?? make(thing);
    kept.delete(key);
    child.dataset.key = key;
    update(child, thing);
    if (list.children[position] !== child) list.insertBefore(child, list.children[position] ?? null);
  });
  for (const child of kept.values()) child.remove();
}
