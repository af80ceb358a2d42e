// Keyboard: j k Enter x move and choose rows; any element may claim a key with data-key, a queue with data-go.
import { openDialog } from "./dialog.js";
import { toggleRow } from "./select.js";

const SEQUENCE_MS = 1500;
const FIELDS = "input:not([type=hidden]), select, textarea";
let goPressedAt = -Infinity;

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function cursor() {
  return document.querySelector("[data-row].is-cursor");
}

function moveTo(row) {
  if (!row) return;
  cursor()?.classList.remove("is-cursor");
  row.classList.add("is-cursor");
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const index = all.indexOf(cursor());
  moveTo(all[index < 0 ? 0 : Math.min(Math.max(index + by, 0), all.length - 1)]);
}

function openRow(fragment = "") {
  const link = (cursor() ?? rows()[0])?.querySelector("a[data-row-link]");
  if (link) window.location.assign(link.href + fragment);
}

function selectCursor() {
  if (!cursor()) step(1);
  toggleRow(cursor());
}

function use(element) {
  if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else if (element.matches("summary")) {
    element.parentElement.open = true;
    (element.parentElement.querySelector(FIELDS) ?? element).focus();
  } else if (element.matches("[tabindex]")) {
    element.focus();
    element.scrollIntoView({ block: "center" });
  } else {
    element.click();
  }
}

// On a row of the queue these keys act on the row under the cursor.
const ON_ROWS = {
  j: () => step(1),
  k: () => step(-1),
  Enter: () => openRow(),
  x: selectCursor,
  t: () => openRow("#actions"),
  e: () => openRow("#slots"),
  n: () => openRow(),
  a: () => {
    if (!document.querySelector('input[name="refs"]:checked')) selectCursor();
    document.querySelector('.bulk [name="user"]')?.focus();
  },
};

function isTyping(target) {
  return target.matches("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
}

function action(key) {
  if (performance.now() - goPressedAt < SEQUENCE_MS) {
    goPressedAt = -Infinity;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    return link ? () => link.click() : null;
  }
  if (key === "?") return () => openDialog("keys_dialog");
  if (key === "g") return () => (goPressedAt = performance.now());
  const claim = `[data-key="${CSS.escape(key)}"]`;
  const claimed = document.querySelector(`${claim}[data-missing]`) ?? document.querySelector(claim);
  if (claimed) return () => use(claimed);
  return rows().length ? ON_ROWS[key] : null;
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (key === "Escape" && isTyping(target)) return target.blur();
  if (isTyping(target) || document.querySelector("dialog[open]")) return;
  if (key === "Enter" && target.closest("a, button, summary, [data-row-link]")) return;
  const act = action(key);
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  moveTo(row);
  if (!event.target.closest("a, input, button, label")) openRow();
});
