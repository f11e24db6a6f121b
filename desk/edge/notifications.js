// Notifications of the system, for a desk that nobody looks at.

/** @returns {"default" | "granted" | "denied"} whether the person lets the desk notify */
const notificationPermission = () => ("Notification" in globalThis ? Notification.permission : "denied");

/** Asks the person; to be called in the course of a click. */
export async function askToNotify() {
  if (notificationPermission() === "default") await Notification.requestPermission();
}

/**
 * @param {string} title
 * @param {string} tag of the same tag only the newest is shown
 * @param {() => void} onClick after the desk has come to the front
 */
export function notify(title, tag, onClick) {
  if (notificationPermission() !== "granted") return;
  const notification = new Notification(title, { tag });
  notification.onclick = () => {
    window.focus();
    notification.close();
    onClick();
  };
}
