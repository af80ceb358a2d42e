// The page on the phone: a photo or several files go at once, each with its row.
import { Batch, checkRoom } from "./batches.js";

document.documentElement.classList.add("has-script");

const form = document.getElementById("phone_form");
const place = document.getElementById("phone_uploads");
const done = document.querySelector("[data-finish]");
const inputs = [...form.querySelectorAll('input[type="file"]')];
const boxes = [...form.querySelectorAll('input[name="confirmed"]')];
const batches = [];

function fields(earlier) {
  const ticked = boxes.filter((box) => box.checked);
  if (earlier && !ticked.length) return earlier;
  const data = new FormData();
  for (const box of ticked) data.append("confirmed", box.value);
  return data;
}

function room() {
  const taken = batches.reduce((sum, batch) => sum + batch.taken, 0);
  return Math.max(Number(form.dataset.room) - taken, 0);
}

// Of a strict list all is confirmed before a file is taken: looking comes before sending.
function fit() {
  const isOpen = !("strict" in form.dataset) || boxes.every((box) => box.checked);
  for (const input of inputs) {
    input.disabled = !isOpen;
    input.closest("label").classList.toggle("is-off", !isOpen);
  }
  const isFull = room() === 0;
  form.querySelector("[data-full]").hidden = !isFull;
  form.querySelector("[data-buttons]").hidden = isFull;
  done.disabled = batches.some((batch) => !batch.isSettled);
}

// The desk says how many more fit: others may be adding to the same slot.
function settled(batch) {
  const done = batch.uploads.filter((upload) => upload.state === "done" && !upload.isShown);
  for (const upload of done) {
    upload.isShown = true;
    form.dataset.room = String(Math.min(Number(form.dataset.room), upload.answer.room));
  }
  fit();
}

function send(files) {
  const { maxBytes, maxFilmBytes } = form.dataset;
  const batch = new Batch(files, {
    address: window.location.href,
    fields,
    maxBytes: (file) => Number(file.type.startsWith("video/") ? maxFilmBytes : maxBytes),
    settled,
  });
  batches.push(batch);
  place.prepend(batch.root);
  batch.start();
  // What was ticked was said of these files.
  for (const box of boxes) box.checked = false;
  fit();
}

form.addEventListener("change", (event) => {
  if (!event.target.matches('input[type="file"]')) return fit();
  const files = [...event.target.files];
  event.target.value = "";
  if (files.length) checkRoom(files, { room: room(), most: Number(form.dataset.most), place, send });
});

form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("pageshow", fit);
fit();
