// The file of a message: a box of its final size, which shows the file when it is looked at, or offers to save it.

import { h } from "../vendor/preact.js";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import { borrow, canShow, download, giveBack } from "../actions/media.js";
import { attempt, reasonOf } from "../actions/notices.js";
import { watchSight } from "../edge/sight.js";
import { t } from "../i18n.js";
import { plain } from "../model/names.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { fileIcon, Icon } from "../parts/icon.js";

/** @typedef {import("../state.js").Message} Message */
/** @typedef {import("../actions/media.js").File} File */

/** What is fetched as soon as it is seen; a film only when somebody asks for it. */
const AT_SIGHT = ["image", "sticker", "audio"];

/** @param {{message: Message}} props */
export function MediaBox({ message }) {
  const { kind, media } = message;
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [wanted, setWanted] = useState(false);
  const { file, problem, again } = useFile(message, wanted && !media?.problem);
  useEffect(() => {
    if (!AT_SIGHT.includes(kind) || !box.current) return undefined;
    return watchSight(box.current, setWanted);
  }, [kind]);
  const gone = media?.problem === "gone" || problem?.code === "media_gone";

  return h(
    "div",
    { class: `media ${kind} ${media?.problem ? "gone" : ""}`, ref: box },
    kind !== "document" && h(
      "div",
      { class: "media-frame" },
      file && canShow(kind, file.type)
        ? h(Shown, { kind, file, name: nameOf(message) })
        : h(Placeholder, { message, gone, problem, waits: kind === "video" && !wanted, onWanted: () => setWanted(true), again }),
    ),
    h(
      "p",
      { class: "media-line" },
      h(Icon, { name: fileIcon(kind) }),
      h("bdi", { class: "media-name" }, nameOf(message)),
      kind === "document" && gone && h("span", { class: "quiet" }, t("problem.media_gone")),
      !gone && kind !== "sticker" && h(Download, { message, iconOnly: kind !== "document" }),
    ),
  );
}

/** @param {Message} message */
const nameOf = ({ kind, media }) => (media?.fileName ? plain(media.fileName) : t(`kind.${kind}`));

/**
 * The file of a message, as long as it is wanted.
 * @param {Message} message
 * @param {boolean} wanted
 */
function useFile(message, wanted) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import("../api.js").ApiError | null} */ (null));
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (!wanted) return undefined;
    let there = true;
    const borrowed = borrow(message);
    borrowed.then((found) => there && setFile(found), (error) => there && setProblem(error));
    return () => {
      there = false;
      setFile(null);
      void borrowed.then(() => giveBack(message), () => {});
    };
  }, [message.replyId, message.messageId, wanted, tries]);
  const again = () => {
    setProblem(null);
    setTries(tries + 1);
  };
  return { file, problem, again };
}

/**
 * @param {object} props
 * @param {Message} props.message
 * @param {boolean} props.gone
 * @param {import("../api.js").ApiError | null} props.problem
 * @param {boolean} props.waits nobody has asked for it yet
 * @param {() => void} props.onWanted
 * @param {() => void} props.again
 */
function Placeholder({ message, gone, problem, waits, onWanted, again }) {
  const { kind, media } = message;
  if (gone) return h("p", { class: "quiet" }, t("problem.media_gone"));
  if (media?.problem === "too_large") return h("p", { class: "quiet" }, t("problem.media_by_link"));
  if (problem) return h("div", null, h("p", null, reasonOf(problem)), h(Button, { label: t("failure.retry"), onClick: again }));
  if (waits) return h(Button, { label: t("media.play"), icon: "play", onClick: onWanted });
  return h(Icon, { name: fileIcon(kind), size: 20 });
}

/** @param {{kind: string, file: File, name: string}} props */
function Shown({ kind, file, name }) {
  const [large, setLarge] = useState(false);
  if (kind === "audio") return h("audio", { src: file.address, controls: true, "aria-label": name });
  if (kind === "video") return h("video", { src: file.address, controls: true, autoplay: true, "aria-label": name });
  if (kind === "sticker") return h("img", { src: file.address, alt: name });
  return [
    h(
      "button",
      { key: "small", type: "button", class: "media-open", "aria-label": t("media.enlarge", { name }), onClick: () => setLarge(true) },
      h("img", { src: file.address, alt: name }),
    ),
    large && h(
      Dialog,
      { key: "large", title: name, size: "wide", onBack: () => setLarge(false) },
      h("img", { class: "media-large", src: file.address, alt: name }),
    ),
  ];
}

/** @param {{message: Message, iconOnly: boolean}} props */
function Download({ message, iconOnly }) {
  const [coming, setComing] = useState(false);
  const save = async () => {
    setComing(true);
    await attempt(() => download(message));
    setComing(false);
  };
  return h(Button, { label: t("message.download"), icon: "download", iconOnly, disabled: coming, onClick: () => void save() });
}
