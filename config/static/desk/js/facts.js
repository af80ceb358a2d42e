// The form for a fact asks only for what the chosen fact can say.
function fit(select) {
  for (const control of select.form.querySelectorAll("[data-facts]")) {
    control.closest(".field").hidden = !control.dataset.facts.split(" ").includes(select.value);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches('#facts select[name="type"]')) fit(event.target);
});

document.addEventListener("htmx:load", () => {
  for (const select of document.querySelectorAll('#facts select[name="type"]')) fit(select);
});
