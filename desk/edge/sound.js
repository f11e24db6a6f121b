// Sounds, made by the browser itself. They need a gesture of the person first: the start of a shift.

/** @type {AudioContext | null} */
let context = null;

/** Lets sounds be heard from now on; to be called in the course of a click or a key. */
export function unlockSound() {
  context ??= new AudioContext();
  void context.resume();
}

/** The same with the first click or key, for a page that was loaded in the course of a shift. */
export function unlockSoundSoon() {
  for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, unlockSound, { once: true });
}

/**
 * Two short notes: up for what is new, down for what waits.
 * @param {"up" | "down"} way
 */
export function chime(way) {
  if (context?.state !== "running") return;
  const notes = way === "up" ? [660, 880] : [660, 523];
  notes.forEach((frequency, at) => note(/** @type {AudioContext} */ (context), frequency, at * 0.16));
}

/** @type {(context: AudioContext, frequency: number, after: number) => void} */
function note(context, frequency, after) {
  const begin = context.currentTime + after;
  const tone = new OscillatorNode(context, { frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.linearRampToValueAtTime(0.15, begin + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.3);
  tone.connect(volume).connect(context.destination);
  tone.start(begin);
  tone.stop(begin + 0.32);
}
