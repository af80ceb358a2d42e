// Proof into its slot: drop, choose, or Ctrl+V; one file after another, with progress and errors in the slot.
import { text } from "./texts.js";
import { messageOf } from "./toast.js";

const SLOT = "[data-slot]";

function slotNamed(name) {
  return document.querySelector(`${SLOT}[data-slot="${CSS.escape(name)}"]`);
}

function target() {
  return document.querySelector(`${SLOT}.is-target`);
}

function setTarget(slot) {
  target()?.classList.remove("is-target");
  slot?.classList.add("is-target");
}

function chooseFirstMissing() {
  if (target()) return;
  setTarget(document.querySelector(`${SLOT}[data-missing]`) ?? document.querySelector(SLOT));
}

function addRow(slot, name) {
  const row = document.getElementById("upload_template").content.firstElementChild.cloneNode(true);
  row.querySelector("[data-name]").textContent = name;
  slot.querySelector("[data-uploads]").append(row);
  return row;
}

function fail(row, message) {
  row.classList.add("is-failed");
  row.setAttribute("role", "alert");
  row.querySelector("[data-state]").textContent = message;
}

function failureOf(request) {
  return messageOf(request.responseText) ?? text("uploadFailed", { status: request.status });
}

function send(form, file, row) {
  const data = new FormData(form);
  data.set("file", file, file.name);
  const request = new XMLHttpRequest();
  return new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => {
      const percent = event.lengthComputable ? Math.round((event.loaded / event.total) * 100) : 0;
      row.querySelector("progress").value = percent;
      row.querySelector("[data-state]").textContent = percent < 100 ? `${percent}%` : text("checking");
    });
    request.addEventListener("loadend", () => resolve(request));
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Target", "slots");
    request.setRequestHeader("Accept", "text/html, application/json");
    request.send(data);
  });
}

async function upload(slot, files) {
  const name = slot.dataset.slot;
  let panel = null;
  const failures = [];
  for (const file of files) {
    const row = addRow(slot, file.name);
    const form = slot.querySelector("form.upload");
    const request = await send(form, file, row);
    if (request.status >= 200 && request.status < 300) {
      panel = request.responseText;
      row.remove();
    } else {
      const message = request.status === 0 ? text("offline") : failureOf(request);
      fail(row, message);
      failures.push([file.name, message]);
    }
  }
  if (panel) show(panel, name, failures);
}

// The fresh panel replaces the old one: failures of the same batch are written into it again.
function show(panel, name, failures) {
  window.htmx.swap("#slots", panel, { swapStyle: "outerHTML" });
  const slot = slotNamed(name);
  if (slot) for (const [file, message] of failures) fail(addRow(slot, file), message);
  document.body.dispatchEvent(new CustomEvent("evidence-changed"));
}

function filesOf(transfer) {
  return [...(transfer?.files ?? [])];
}

document.addEventListener("paste", (event) => {
  const files = filesOf(event.clipboardData);
  const slot = target();
  if (!files.length || !slot) return;
  event.preventDefault();
  upload(slot, files);
});

document.addEventListener("change", (event) => {
  const slot = event.target.closest(SLOT);
  if (!slot || !event.target.matches('input[type="file"]')) return;
  const files = [...event.target.files];
  // Emptied, so that choosing the same file again is a change again.
  event.target.value = "";
  upload(slot, files);
});

document.addEventListener("focusin", (event) => {
  const slot = event.target.closest(SLOT);
  if (slot) setTarget(slot);
});

document.addEventListener("click", (event) => {
  const slot = event.target.closest(SLOT);
  if (slot) setTarget(slot);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const slot = event.target.closest?.(SLOT);
    if (!slot) return;
    event.preventDefault();
    slot.classList.toggle("is-dropping", kind === "dragover");
    if (kind === "drop") {
      setTarget(slot);
      upload(slot, filesOf(event.dataTransfer));
    }
  });
}

document.addEventListener("htmx:load", chooseFirstMissing);
chooseFirstMissing();
