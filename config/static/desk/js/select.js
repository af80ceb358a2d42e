// Row selection: all, a range with Shift, and the count in the bulk bar.
let last = null;

function boxes() {
  return [...document.querySelectorAll('input[name="refs"]')];
}

function report() {
  const all = boxes();
  const chosen = all.filter((box) => box.checked).length;
  for (const counter of document.querySelectorAll("[data-selected-count]")) counter.textContent = String(chosen);
  const main = document.querySelector("[data-select-all]");
  if (!main) return;
  main.checked = chosen > 0 && chosen === all.length;
  main.indeterminate = chosen > 0 && chosen < all.length;
}

function selectRange(from, to, checked) {
  const all = boxes();
  const [start, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (start < 0) return;
  for (const box of all.slice(start, end + 1)) box.checked = checked;
}

export function toggleRow(row) {
  const box = row?.querySelector('input[name="refs"]');
  if (!box) return;
  box.checked = !box.checked;
  last = box;
  report();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest('input[name="refs"]');
  if (!box) return;
  if (event.shiftKey && last) selectRange(last, box, box.checked);
  last = box;
  report();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.matches('[data-select-all], input[name="refs"]')) report();
});

// A page that comes back from the browser's history keeps its ticks.
window.addEventListener("pageshow", report);
document.addEventListener("htmx:load", report);
