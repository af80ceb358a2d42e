// Sends files, three at a time. The same file in the same slot is the same piece, so whatever was cut off is sent again.
import { text } from "./texts.js";
import { messageOf } from "./toast.js";

const AT_ONCE = 3;
const WAITS = [1, 2, 4, 8, 16]; // seconds before each further try
const PASSING = new Set([0, 408, 429, 502, 503, 504]);
const STALLED_MS = 60_000; // without a byte sent
const CHECKED_MS = 180_000; // until the answer

const STEP_MS = 40;

const queue = [];
let running = 0;
let nextTurn = 0;

function readableSize(bytes) {
  for (const [unit, step] of [["MB", 1_000_000], ["KB", 1_000]]) {
    if (bytes >= step) return `${(bytes / step).toFixed(1).replace(/\.0$/, "")} ${unit}`;
  }
  return `${bytes} B`;
}

async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

// The cookie's token holds as well after a new login in another tab; the one in the page does not.
function currentToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

// They set out in short steps: the desk keeps the pieces in the order in which they come to it.
function turn() {
  const now = performance.now();
  nextTurn = Math.max(nextTurn + STEP_MS, now);
  return new Promise((resolve) => setTimeout(resolve, nextTurn - now));
}

function pump() {
  while (running < AT_ONCE && queue.length) {
    running += 1;
    queue
      .shift()
      .run()
      .finally(() => {
        running -= 1;
        pump();
      });
  }
}

export function isBusy() {
  return running > 0 || queue.length > 0;
}

// One file on its way. States: waiting, sending, checking, pausing, done, failed, dropped.
// `fields(earlier)` gives what is said with the file, at each start.
export class Upload {
  constructor(file, { address, fields, maxBytes, changed }) {
    Object.assign(this, { file, address, fields, maxBytes, changed });
    this.size = readableSize(file.size);
    this.state = "waiting";
    this.percent = 0;
    this.message = text("waiting");
    this.answer = null;
    this.request = null;
  }

  get isSettled() {
    return ["done", "failed", "dropped"].includes(this.state);
  }

  start() {
    this.tries = 0;
    const fault = this.fault();
    if (fault) return this.become("failed", fault);
    this.said = this.fields(this.said);
    this.percent = 0;
    this.become("waiting", text("waiting"));
    queue.push(this);
    pump();
  }

  // What needs no server to be known.
  fault() {
    const values = { size: this.size, limit: readableSize(this.maxBytes) };
    if (this.file.size > this.maxBytes) return text("uploadTooLarge", values);
    return this.file.size === 0 ? text("uploadEmpty") : "";
  }

  drop() {
    const place = queue.indexOf(this);
    if (place >= 0) queue.splice(place, 1);
    this.wasSent ||= this.state === "checking"; // it may have been kept all the same
    this.become("dropped", "");
    this.request?.abort();
    this.wake?.();
  }

  async run() {
    for (;;) {
      await turn();
      if (this.isSettled) return;
      const request = await this.send();
      if (this.isSettled) return;
      if (request.status >= 200 && request.status < 300) return this.accept(request);
      if (!PASSING.has(request.status) || this.tries >= WAITS.length) return this.refuse(request);
      if (!(await isReadable(this.file))) return this.become("failed", text("uploadUnreadable"));
      if (!this.isSettled) await this.rest();
    }
  }

  async rest() {
    const seconds = WAITS[this.tries];
    if (navigator.onLine) this.tries += 1;
    this.percent = 0;
    this.become("pausing", navigator.onLine ? text("uploadAgain", { seconds }) : text("uploadOffline"));
    await this.sleep(navigator.onLine ? seconds * 1000 : Infinity);
  }

  // Ends early when the browser says that the connection is back.
  sleep(milliseconds) {
    return new Promise((resolve) => {
      const timer = milliseconds < Infinity ? setTimeout(() => this.wake(), milliseconds) : 0;
      this.wake = () => {
        clearTimeout(timer);
        window.removeEventListener("online", this.wake);
        resolve();
      };
      window.addEventListener("online", this.wake);
    });
  }

  send() {
    const data = new FormData();
    for (const [key, value] of this.said) data.append(key, value);
    data.set("file", this.file, this.file.name);
    const request = new XMLHttpRequest();
    this.request = request;
    this.become("sending", "0%");
    return new Promise((resolve) => {
      let timer;
      const watch = (milliseconds) => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), milliseconds);
      };
      watch(STALLED_MS);
      request.upload.addEventListener("progress", (event) => {
        watch(STALLED_MS);
        this.percent = event.lengthComputable ? Math.floor((event.loaded / event.total) * 100) : 0;
        this.become("sending", `${this.percent}%`);
      });
      request.upload.addEventListener("load", () => {
        watch(CHECKED_MS);
        this.percent = 100;
        this.become("checking", text("checking"));
      });
      request.addEventListener("loadend", () => {
        clearTimeout(timer);
        resolve(request);
      });
      request.open("POST", this.address);
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("Accept", "application/json");
      const token = currentToken();
      if (token) {
        data.delete("csrfmiddlewaretoken");
        request.setRequestHeader("X-CSRFToken", token);
      }
      request.send(data);
    });
  }

  accept(request) {
    try {
      this.answer = JSON.parse(request.responseText);
    } catch {
      // The login page, to which the request was sent on.
      return this.become("failed", text("uploadLoggedOut"));
    }
    this.become("done", [text("done"), ...this.answer.warnings].join(" · "));
  }

  refuse(request) {
    const lost = PASSING.has(request.status) ? text("uploadLost") : null;
    const message = messageOf(request.responseText) ?? lost ?? text("uploadFailed", { status: request.status });
    this.become("failed", message);
  }

  become(state, message) {
    if (this.state === "dropped") return;
    this.state = state;
    this.message = message;
    this.changed(this);
  }
}

window.addEventListener("beforeunload", (event) => {
  if (isBusy()) event.preventDefault();
});
