// Live character count of a limited text, as the platform's own form counts: UTF-16 units without the margins.
function report(field) {
  const counter = document.getElementById(field.dataset.counts);
  if (!counter) return;
  const { length } = field.value.trim();
  counter.textContent = String(length);
  counter.classList.toggle("is-over", length > Number(field.dataset.limit));
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-counts]")) report(event.target);
});

for (const field of document.querySelectorAll("[data-counts]")) report(field);
