// The page /play: a phone and the desk in frames. Says what to try next, moves the phone's clock, changes who sits at the desk.

import * as server from "../page/server.js";
import { at, button, element, setText } from "../page/dom.js";
import { keyOf } from "../page/words.js";
import { nextStep } from "./guide.js";

const PERIOD_MS = 1000;
const LATER = "25h";
const UNREACHABLE = "The phones do not answer. This page goes on trying.";

/** The key of the phone that is open in the frame, which is of this origin. */
function openPhone() {
  const [key] = at("phone").contentWindow.location.hash.slice(1).split("/");
  return decodeURIComponent(key);
}

async function showHint() {
  try {
    const key = openPhone();
    const phone = (await server.phones()).find((each) => keyOf(each) === key);
    at("later").disabled = !phone?.last;
    const isOpen = Object.values(phone?.windows ?? {}).some((closes) => Date.parse(closes) > Date.now());
    setText(at("hint"), nextStep(phone ? await server.messages(key) : [], isOpen));
  } catch {
    setText(at("hint"), UNREACHABLE);
  }
}

async function follow() {
  if (!document.hidden) await showHint();
  setTimeout(follow, PERIOD_MS);
}

/** Opens the desk anew for a person. A frame that only got another address would keep who sat there before. */
function seat(desk, person) {
  document.querySelector("#desk iframe")?.remove();
  const frame = element("iframe");
  frame.title = "The desk";
  frame.src = `${desk}#/as/${person.id}/${person.role}`;
  at("desk").append(frame);
  press(at("people"), person.id);
}

/** Shows which of a group of buttons is chosen. */
function press(group, choice) {
  for (const each of group.children) each.setAttribute("aria-pressed", String(each.dataset.choice === choice));
}

/** Shows one side alone, where there is no room for both. */
function show(side) {
  document.body.dataset.side = side;
  press(at("sides"), side);
}

/** Opens the desk; tries again where the stack is still starting. */
async function start() {
  try {
    const { desk, people } = await server.team();
    const { hostname } = new URL(desk);
    if (location.hostname !== hostname) return void (location.hostname = hostname); // localhost may not frame the desk
    at("people").replaceChildren(...people.map((person) => choiceOf(desk, person)));
    seat(desk, people[0]);
    follow();
  } catch (error) {
    setText(at("hint"), error.message);
    setTimeout(start, PERIOD_MS);
  }
}

function choiceOf(desk, person) {
  const choice = button("", `${person.name}, ${person.role.toLowerCase()}`, () => seat(desk, person));
  choice.dataset.choice = person.id;
  return choice;
}

for (const side of at("sides").children) side.addEventListener("click", () => show(side.dataset.choice));
at("later").addEventListener("click", async () => {
  await server.moveClock(openPhone(), LATER);
  await showHint();
});
start();
