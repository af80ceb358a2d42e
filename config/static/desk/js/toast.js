// Short messages in the corner. Errors stay until they are closed.
import { text } from "./texts.js";

const SHOWN_FOR = 5000;
const holder = document.getElementById("toasts");
const pattern = document.getElementById("toast_template");

export function toast(message, tone = "") {
  if (!holder || !pattern || !message) return;
  const item = pattern.content.firstElementChild.cloneNode(true);
  if (tone) item.classList.add(tone);
  item.querySelector("[data-message]").textContent = message;
  holder.append(item);
  if (tone !== "error") setTimeout(() => item.remove(), SHOWN_FOR);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".notice").remove();
});

// A view can answer with the header HX-Trigger: {"toast": {"message": "…", "tone": "success"}}.
document.addEventListener("toast", (event) => toast(event.detail.message, event.detail.tone));

document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  toast(messageOf(responseText) ?? text("failed", { status }), "error");
});

document.addEventListener("htmx:sendError", () => toast(text("offline"), "error"));

export function messageOf(body) {
  try {
    return JSON.parse(body).message ?? null;
  } catch {
    return null;
  }
}

for (const message of document.querySelectorAll("[data-toast-message]")) {
  if (!message.classList.contains("error")) setTimeout(() => message.remove(), SHOWN_FOR);
}
