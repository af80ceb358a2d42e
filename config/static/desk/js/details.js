// Inline forms: opening one puts the cursor into its first field; an address like /cases/C-1/#actions opens the first.
function focusFirst(details) {
  details.querySelector("form :is(input:not([type=hidden]), select, textarea, button)")?.focus();
}

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches("details.action[open]")) focusFirst(event.target);
  },
  true,
);

function openFromAddress() {
  if (window.location.hash !== "#actions") return;
  const first = document.querySelector("#actions details.action");
  if (first) first.open = true;
}

openFromAddress();
