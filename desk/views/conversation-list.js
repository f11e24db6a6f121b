// The list of conversations of a view.

import { h } from "../vendor/preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../vendor/hooks.js";
import { closedDay, loadList } from "../actions/lists.js";
import { prefetch } from "../actions/prefetch.js";
import { reasonOf } from "../actions/notices.js";
import { closings } from "../actions/closing.js";
import { contacts, found } from "../actions/find.js";
import { t } from "../i18n.js";
import { useCommands } from "../keys.js";
import { stepBy } from "../model/choices.js";
import { inOrder, still } from "../model/list-order.js";
import { hashOf, isList } from "../model/routes.js";
import { listOf } from "../model/rows.js";
import { Button } from "../parts/button.js";
import { Skeleton } from "../parts/loaded.js";
import { named, Select } from "../parts/select.js";
import { sort } from "../preferences.js";
import { go, listPlace, place } from "../router.js";
import { lists, me, queues, rows } from "../state.js";
import { ConversationRow } from "./conversation-row.js";
import { Find, FoundContacts } from "./find.js";

/** @typedef {import("../model/routes.js").Place} Place */
/** @typedef {import("../types/shapes").Row} Row */

const SORTS = /** @type {const} */ (["waiting", "priority", "recent"]);

export function ConversationList() {
  const where = listPlace.value;
  const name = where.view === "queue" ? where.queue : t(`views.${where.view}`);
  useEffect(() => void loadList(where), [hashOf(where), sort.value, closedDay.value]);
  const looked = found.value;
  const wanted = looked ? looked.rows : listOf(rows.value, where, me.value?.agentId ?? "", sort.value).filter((row) => !closings.value.has(row.conversationId));
  return h(
    "div",
    { class: "list" },
    h("div", { class: "list-head" },
      h(isList(place.value) || place.value.view === "new" ? "h1" : "h2", { class: "list-title" }, looked ? t("find.title") : name),
      h(Button, { label: t("new.title"), icon: "plus", iconOnly: true, onClick: () => go({ view: "new" }) })),
    h(Find, null),
    !looked && h(Order, { where }),
    h(Problem, { where }),
    h(FoundContacts, null),
    h(Rows, { key: looked ? "found" : `${hashOf(where)} ${sort.value}`, wanted, showsQueue: where.view !== "queue" && queues.value.length > 1 }),
    wanted.length === 0 && h(Empty, { where, name }),
    !looked && lists.value.get(hashOf(where))?.cursor && h(Button, { label: t("list.more"), onClick: () => void loadList(where, { more: true }) }),
  );
}

/** @param {{where: Place}} props */
const Order = ({ where }) =>
  h("div", { class: "list-order" }, where.view === "closed"
    ? h("label", null, t("list.day"), h("input", {
        type: "date", value: closedDay.value, onChange: (/** @type {any} */ event) => event.target.value && (closedDay.value = event.target.value),
      }))
    : h(Select, { label: t("list.order"), value: sort.value, options: named(SORTS, (one) => t(`list.order.${one}`)), onPick: sort.choose }));

/** What was loaded before stays below. @param {{where: Place}} props */
function Problem({ where }) {
  const problem = lists.value.get(hashOf(where))?.problem;
  return problem && h("p", { class: "problem", role: "alert" }, reasonOf(problem), " ",
    h(Button, { label: t("message.retry"), icon: "refresh-cw", onClick: () => void loadList(where) }));
}

/** @param {{where: Place, name: string}} props */
function Empty({ where, name }) {
  if (found.value) return contacts.value?.length ? null : h("p", { class: "list-empty quiet", role: "status" }, t("find.nothing"));
  const state = lists.value.get(hashOf(where));
  if (state?.problem) return null;
  if (!state || state.loading) return h(Skeleton, { rows: 6 });
  return h("p", { class: "list-empty quiet" }, where.view === "mine" ? t("list.nothingMine") : t("list.nothing", { view: name }));
}

/** @param {{wanted: readonly Row[], showsQueue: boolean}} props */
function Rows({ wanted, showsQueue }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const { shown, ids, news, changed, sort: sortRows, frame } = useStill(wanted);
  const [at, setAt] = useState(/** @type {string | null} */ (null));
  const open = place.value.view === "conversation" ? place.value.id : null;
  const reachable = [at, open, ids[0]].find((id) => id && ids.includes(id));
  const move = (/** @type {1 | -1} */ by) => {
    const from = at ?? open;
    const next = from && ids.includes(from) ? ids.indexOf(from) + by : 0;
    const id = ids[Math.max(0, Math.min(next, ids.length - 1))];
    if (id) /** @type {HTMLElement | null | undefined} */ (list.current?.querySelector(`[data-id="${id}"]`))?.focus();
  };
  const arrow = (/** @type {KeyboardEvent} */ event) => {
    const by = stepBy(event.key);
    if (!by) return;
    event.preventDefault();
    move(by);
  };
  const point = (/** @type {string} */ id, /** @type {boolean} */ here) => {
    prefetch(here ? id : null);
    if (here) setAt(id);
  };
  useCommands({ next: () => move(1), previous: () => move(-1) });
  const drawn = useRef(/** @type {Map<string, Drawn>} */ (new Map()));
  drawn.current = new Map(shown.map((row) => [row.conversationId, drawRow(drawn.current.get(row.conversationId), {
    row, current: row.conversationId === open, reachable: row.conversationId === reachable, showsQueue, onPoint: point,
  })]));
  return h(
    "div",
    frame,
    changed && h(Button, { class: "list-sort", label: news ? t("list.news", { count: news }) : t("list.changed"), icon: "refresh-cw", onClick: sortRows }),
    h("ul", { ref: list, class: "rows", "aria-label": t("list.name"), onKeyDown: arrow }, [...drawn.current.values()].map((one) => one.node)),
  );
}

/**
 * Rows keep still while somebody points at them or has the focus among them: what is new stands below meanwhile.
 * @param {readonly Row[]} wanted in their right order
 */
function useStill(wanted) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  const before = useRef(/** @type {string[]} */ ([]));
  const known = useRef(/** @type {ReadonlySet<string>} */ (new Set()));
  const [pointed, setPointed] = useState(false);
  const [looked, setLooked] = useState(0);
  const [sorted, setSorted] = useState(0);
  const held = before.current.length > 0 && (pointed || ref.current?.matches(":focus-within"));
  const shown = held ? still(before.current, wanted) : [...wanted];
  before.current = shown.map((row) => row.conversationId);
  if (!held) known.current = new Set(before.current);
  useLayoutEffect(() => {
    if (sorted) ref.current?.querySelector("a")?.focus(); // the button that was pressed is gone
  }, [sorted]);
  return {
    shown,
    ids: before.current,
    news: before.current.filter((id) => !known.current.has(id)).length,
    changed: !inOrder(shown, wanted),
    sort: () => {
      before.current = [];
      setSorted(sorted + 1);
    },
    frame: {
      ref, class: "list-rows",
      onPointerEnter: () => setPointed(true), onPointerLeave: () => setPointed(false),
      onFocusOut: (/** @type {any} */ event) => ref.current?.contains(event.relatedTarget) || setLooked(looked + 1),
    },
  };
}

/** @typedef {import("../vendor/preact.js").ComponentProps<typeof ConversationRow>} RowProps */
/** @typedef {{props: RowProps, node: import("../vendor/preact.js").VNode<any>}} Drawn */

/**
 * Of hundreds of rows one changes: of the others the same node is given back, which is not looked at again.
 * @param {Drawn | undefined} before
 * @param {RowProps} props
 * @returns {Drawn}
 */
function drawRow(before, props) {
  const same = before && DRAWN_BY.every((name) => before.props[name] === props[name]);
  return same ? before : { props, node: h(ConversationRow, { key: props.row.conversationId, ...props }) };
}

const DRAWN_BY = /** @type {const} */ (["row", "current", "reachable", "showsQueue"]);
