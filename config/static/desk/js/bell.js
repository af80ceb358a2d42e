// The bell: what is new since the last look rings once, in one tab, where the reader has switched that on.
import { text } from "./texts.js";

const SWITCH = "desk.alerts";
const LAST = "desk.bell";
const NOTES = [880, 1175]; // Hz, one after the other
const NOTE_SECONDS = 0.16;
let audio = null;

// A browser may refuse to keep anything: then nothing rings.
function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Without storage the switch lasts as long as the page.
  }
}

function isOn() {
  return kept(SWITCH) === "on";
}

// A browser lets a page sound only after a click or a key on it.
function wake() {
  if (!isOn() || typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}

function sound() {
  if (audio?.state !== "running") return;
  NOTES.forEach((pitch, place) => {
    const from = audio.currentTime + place * NOTE_SECONDS;
    const volume = audio.createGain();
    volume.gain.setValueAtTime(0.15, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + NOTE_SECONDS);
    volume.connect(audio.destination);
    const note = audio.createOscillator();
    note.frequency.value = pitch;
    note.connect(volume);
    note.start(from);
    note.stop(from + NOTE_SECONDS);
  });
}

function popUp(count) {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  const title = text("bell", { count });
  let shown;
  try {
    shown = new Notification(title, { tag: "desk" });
  } catch {
    return; // phones show none from a page
  }
  shown.addEventListener("click", () => {
    window.focus();
    window.location.assign(document.getElementById("bell").getAttribute("hx-get"));
  });
}

// Keys grow: what is above the last known one is new. The first look of a browser only remembers.
export function fresh(newest, last) {
  return last === null ? 0 : newest.filter((key) => key > Number(last)).length;
}

function look(bell) {
  const newest = bell.dataset.newest.split(" ").filter(Boolean).map(Number);
  const last = kept(LAST);
  const count = fresh(newest, last);
  if (count || last === null) keep(LAST, String(Math.max(0, ...newest)));
  if (!count) return;
  document.body.dispatchEvent(new CustomEvent("bell-rang"));
  if (!isOn()) return;
  sound();
  popUp(count);
}

function label(root) {
  for (const button of root.querySelectorAll("[data-alerts]")) {
    button.textContent = isOn() ? button.dataset.whenOn : button.dataset.whenOff;
    button.setAttribute("aria-pressed", String(isOn()));
    button.hidden = false;
  }
}

async function turn() {
  keep(SWITCH, isOn() ? "off" : "on");
  label(document);
  if (!isOn()) return;
  wake();
  sound();
  if (typeof Notification !== "undefined" && Notification.permission === "default") await Notification.requestPermission();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-alerts]")) turn();
  else wake();
});
document.addEventListener("keydown", wake, { once: true });
document.addEventListener("htmx:load", (event) => {
  const bell = event.target.id === "bell" ? event.target : null;
  if (bell?.dataset.newest !== undefined) look(bell);
  label(event.target);
});
label(document);
