// The panel of slots: which one is the target, the batches on their way in each, and how it is fetched afresh.
import { Batch, checkRoom } from "./batches.js";

export const SLOT = "[data-slot]";
const TICKED = ".checklist input:checked";
const batches = new Map(); // by slot
let fetched = Promise.resolve();

export function slotNamed(name) {
  return document.querySelector(`${SLOT}[data-slot="${CSS.escape(name)}"]`);
}

export function target() {
  return document.querySelector(`${SLOT}.is-target`);
}

export function setTarget(slot) {
  target()?.classList.remove("is-target");
  slot?.classList.add("is-target");
}

function chooseFirstMissing() {
  if (target()) return;
  setTarget(document.querySelector(`${SLOT}[data-missing]`) ?? document.querySelector(SLOT));
}

function batchesOf(name) {
  return (batches.get(name) ?? []).filter((batch) => batch.rows.size);
}

function uploadsOf(slot) {
  return slot.querySelector("[data-uploads]");
}

// A fresh panel knows nothing of what is on its way.
function putBack() {
  for (const name of batches.keys()) {
    const slot = slotNamed(name);
    if (slot) uploadsOf(slot).append(...batchesOf(name).map((batch) => batch.root));
  }
}

function ticks(but) {
  return [...document.querySelectorAll(`${SLOT} ${TICKED}`)]
    .filter((box) => box.closest(SLOT).dataset.slot !== but)
    .map((box) => [box.closest(SLOT).dataset.slot, box.value]);
}

// One after the other: an older panel never replaces a newer one. `sent` is the slot whose ticks were said of what has
// just been sent: they do not hold for the next piece.
function refresh(sent = "") {
  fetched = fetched.then(() => fetchPanel(sent));
}

async function fetchPanel(sent) {
  const panel = document.getElementById("slots");
  if (!panel?.dataset.address) return;
  const done = [...batches.values()].flat().flatMap((batch) => batch.uploads.filter((one) => one.state === "done"));
  let answer;
  try {
    answer = await fetch(panel.dataset.address, { headers: { "HX-Request": "true" } });
  } catch {
    return; // what was sent is kept; the next look shows it
  }
  const html = await answer.text();
  if (!answer.ok || answer.redirected) return;
  const kept = ticks(sent);
  const name = target()?.dataset.slot;
  for (const upload of done) upload.isShown = true;
  for (const batch of batchesOf(sent)) {
    if (batch.isSettled) batch.forgetShown();
  }
  window.htmx.swap("#slots", html, { swapStyle: "outerHTML" });
  for (const [slot, value] of kept) {
    const box = slotNamed(slot)?.querySelector(`.checklist input[value="${CSS.escape(value)}"]`);
    if (box) box.checked = true;
  }
  if (name) setTarget(slotNamed(name));
  document.body.dispatchEvent(new CustomEvent("evidence-changed"));
}

// What was ticked when the files were given holds for all of them; at a retry, what is ticked by then.
function fieldsOf(name) {
  return (earlier) => {
    const form = slotNamed(name)?.querySelector("form.upload");
    return earlier && !form?.querySelector(TICKED) ? earlier : new FormData(form);
  };
}

function send(name, files) {
  const slot = slotNamed(name);
  const { maxBytes, maxFilmBytes } = document.getElementById("slots").dataset;
  const batch = new Batch(files, {
    address: slot.querySelector("form.upload").action,
    fields: fieldsOf(name),
    maxBytes: (file) => Number(file.type.startsWith("video/") ? maxFilmBytes : maxBytes),
    settled: ({ taken, wasSent }) => (taken || wasSent ? refresh(name) : null),
  });
  batches.set(name, [...batchesOf(name), batch]);
  uploadsOf(slot).append(batch.root);
  batch.start();
}

export function upload(slot, files) {
  if (!files.length) return;
  const name = slot.dataset.slot;
  const taken = batchesOf(name).reduce((sum, batch) => sum + batch.taken, 0);
  const room = slot.querySelector("form.upload") ? Math.max(Number(slot.dataset.room) - taken, 0) : 0;
  checkRoom(files, {
    room,
    most: Number(slot.dataset.most),
    place: uploadsOf(slot),
    send: (fitting) => send(name, fitting),
  });
}

document.addEventListener("htmx:load", () => {
  putBack();
  chooseFirstMissing();
});
document.addEventListener("phone-arrived", () => refresh());
document.addEventListener("click", (event) => {
  for (const example of document.querySelectorAll("details.example[open]")) {
    if (!example.contains(event.target)) example.open = false;
  }
});
chooseFirstMissing();
