// Live countdowns: server time, and only what is on the screen ticks.
import { text } from "./texts.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const URGENT = 2 * HOUR;
const SOON = 24 * HOUR;
const ICONS = { overdue: "stop", urgent: "alert", soon: "clock", calm: "clock" };

const served = Date.parse(document.querySelector('meta[name="server-now"]')?.content ?? "");
const monotonicAtStart = performance.now();
const visible = new Set();

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) {
      visible.add(target);
      show(target);
    } else {
      visible.delete(target);
    }
  }
});

// The browser's own clock may be wrong or be changed: elapsed time since the answer is not.
function serverNow() {
  return Number.isNaN(served) ? Date.now() : served + performance.now() - monotonicAtStart;
}

function words(seconds) {
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor((seconds % DAY) / HOUR);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  if (days > 0) return text("daysHours", { days, hours });
  if (hours > 0) return text("hoursMinutes", { hours, minutes });
  return text("minutes", { minutes });
}

function clock(seconds) {
  const parts = [Math.floor(seconds / HOUR), Math.floor((seconds % HOUR) / MINUTE), seconds % MINUTE];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

export function format(seconds) {
  if (seconds < 0) return text("overdue", { time: words(-seconds) });
  return seconds >= DAY ? words(seconds) : clock(seconds);
}

export function urgency(seconds) {
  if (seconds < 0) return "overdue";
  if (seconds <= URGENT) return "urgent";
  return seconds <= SOON ? "soon" : "calm";
}

function show(element) {
  const seconds = Math.floor((Date.parse(element.dataset.due) - serverNow()) / 1000);
  const shown = format(seconds);
  if (element.textContent !== shown) element.textContent = shown;
  const holder = element.closest("[data-urgency]");
  const level = urgency(seconds);
  if (!holder || holder.dataset.urgency === level) return;
  holder.dataset.urgency = level;
  const use = holder.querySelector("[data-urgency-icon] use");
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*$/, `#${ICONS[level]}`));
}

function watch(root) {
  for (const element of root.querySelectorAll("time[data-due]")) observer.observe(element);
}

function tick() {
  for (const element of visible) {
    if (element.isConnected) {
      show(element);
    } else {
      visible.delete(element);
      observer.unobserve(element);
    }
  }
}

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
setInterval(tick, 1000);
