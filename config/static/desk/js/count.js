// Live character count of a limited text, in characters as a person counts them.
function report(field) {
  const counter = document.getElementById(field.dataset.counts);
  if (!counter) return;
  const length = [...field.value].length;
  counter.textContent = String(length);
  counter.classList.toggle("is-over", length > Number(field.dataset.limit));
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-counts]")) report(event.target);
});

for (const field of document.querySelectorAll("[data-counts]")) report(field);
