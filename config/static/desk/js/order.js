// The order of the pieces in an appeal: rows are dragged by their handle, or moved by keys; the numbers follow.
const ROW = "[data-piece]";
const LIST = "[data-pieces]";
const STEPS = { ArrowUp: -1, ArrowDown: 1 };
const EDGE = 72; // px from the top and bottom where a drag scrolls the page
let dragged = null;

function rowsOf(list) {
  return [...list.querySelectorAll(ROW)];
}

function positionOf(row) {
  return row.querySelector("[data-position]");
}

// The form saves itself at a change; one event is enough for all the numbers.
function number(list) {
  rowsOf(list).forEach((row, place) => (positionOf(row).value = String(place + 1)));
}

function save(row) {
  positionOf(row).dispatchEvent(new Event("change", { bubbles: true }));
}

function tell(row) {
  const list = row.closest(LIST);
  const rows = rowsOf(list);
  const place = String(rows.indexOf(row) + 1);
  list.querySelector("[data-told]").textContent = list.dataset.tells.replace("{place}", place).replace("{all}", String(rows.length));
}

function moved(row) {
  number(row.closest(LIST));
  tell(row);
  save(row);
}

// The row itself stays where it is in the page and the others go around it: so it keeps the focus and the pointer.
function pass(row, other, by) {
  if (by < 0) row.after(other);
  else row.before(other);
}

function step(row, by) {
  const rows = rowsOf(row.closest(LIST));
  const other = rows[rows.indexOf(row) + by];
  if (!other) return;
  pass(row, other, by);
  moved(row);
}

// A number written by hand moves its row to that place.
function place(input) {
  const row = input.closest(ROW);
  const list = row.closest(LIST);
  const others = rowsOf(list).filter((other) => other !== row);
  const wanted = Math.min(Math.max(Math.trunc(Number(input.value)) || 1, 1), others.length + 1);
  row.before(...others.slice(0, wanted - 1));
  row.after(...others.slice(wanted - 1));
  number(list);
  tell(row);
}

function middle(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}

function follow({ clientY }) {
  const { row, list } = dragged;
  for (const by of [1, -1]) {
    let other = rowsOf(list)[rowsOf(list).indexOf(row) + by];
    while (other && (clientY - middle(other)) * by > 0) {
      pass(row, other, by);
      other = rowsOf(list)[rowsOf(list).indexOf(row) + by];
    }
  }
  if (clientY < EDGE) window.scrollBy(0, clientY - EDGE);
  if (clientY > window.innerHeight - EDGE) window.scrollBy(0, clientY - window.innerHeight + EDGE);
}

function drop(isKept) {
  const { row, handle, list, before } = dragged;
  dragged = null;
  row.classList.remove("is-dragged");
  handle.removeEventListener("pointermove", follow);
  const place = before.indexOf(row);
  if (rowsOf(list).indexOf(row) === place) return;
  if (isKept) return moved(row);
  row.before(...before.slice(0, place));
  row.after(...before.slice(place + 1));
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-handle]");
  if (!handle || handle.matches(":disabled") || event.button > 0) return;
  event.preventDefault();
  handle.focus();
  const row = handle.closest(ROW);
  const list = row.closest(LIST);
  dragged = { row, handle, list, before: rowsOf(list) };
  row.classList.add("is-dragged");
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", follow);
});

for (const kind of ["pointerup", "pointercancel"]) {
  document.addEventListener(kind, () => {
    if (dragged) drop(kind === "pointerup");
  });
}

document.addEventListener("keydown", (event) => {
  if (dragged && event.key === "Escape") return drop(false);
  const row = event.target.closest?.(ROW);
  const by = STEPS[event.key];
  if (!row || !by || !(event.altKey || event.target.matches("[data-handle]"))) return;
  if (event.target.matches(":disabled") || row.closest("fieldset:disabled")) return;
  event.preventDefault();
  event.stopPropagation();
  step(row, by);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  step(button.closest(ROW), Number(button.dataset.move));
});

// Before the form's own listener, so that it saves the numbers as they are afterwards.
document.addEventListener(
  "change",
  (event) => {
    if (event.target.matches("[data-position]") && event.isTrusted) place(event.target);
  },
  true,
);
