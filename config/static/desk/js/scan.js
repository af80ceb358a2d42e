// The dialog with the code for a phone: opens when it arrives, and is opened again while its code still works.
import { openDialog } from "./dialog.js";

const DIALOG = "phone_dialog";

function isWaitingFor(slot) {
  const dialog = document.getElementById(DIALOG);
  return dialog?.dataset.slotCode === slot && !dialog.querySelector("[data-ended]");
}

document.addEventListener("htmx:load", (event) => {
  if (event.target.id === DIALOG) openDialog(DIALOG);
});

document.addEventListener(
  "click",
  (event) => {
    const slot = event.target.closest("[data-phone]")?.closest("[data-slot]")?.dataset.slot;
    if (!slot || !isWaitingFor(slot)) return;
    event.preventDefault();
    event.stopPropagation();
    openDialog(DIALOG);
  },
  true,
);
