// Proof into its slot: drop, choose, or Ctrl+V.
import { SLOT, setTarget, target, upload } from "./slots.js";

function filesOf(transfer) {
  return [...(transfer?.files ?? [])];
}

document.addEventListener("paste", (event) => {
  const files = filesOf(event.clipboardData);
  const slot = target();
  if (!files.length || !slot || document.querySelector("dialog[open]")) return;
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

for (const kind of ["focusin", "click"]) {
  document.addEventListener(kind, (event) => {
    const slot = event.target.closest(SLOT);
    if (slot) setTarget(slot);
  });
}

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files") || !document.getElementById("slots")) return;
    // Beside a slot as well: the browser would leave the page to show the file.
    event.preventDefault();
    const slot = event.target.closest?.(SLOT);
    if (!slot) return;
    slot.classList.toggle("is-dropping", kind === "dragover");
    if (kind === "drop") {
      setTarget(slot);
      upload(slot, filesOf(event.dataTransfer));
    }
  });
}
