// Files that were sent together: a row each from the start, a total line, cancel and retry.
import { text } from "./texts.js";
import { Upload } from "./uploads.js";

function copyOf(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export class Batch {
  // `settled` is called each time when nothing of the batch is on its way any more.
  constructor(files, { address, fields, maxBytes, settled }) {
    this.settled = settled;
    this.arrived = 0; // of those whose rows are gone
    this.root = copyOf("upload_batch");
    this.rows = new Map();
    const changed = (upload) => this.show(upload);
    for (const file of files) {
      const upload = new Upload(file, { address, fields, maxBytes: maxBytes(file), changed });
      this.rows.set(upload, this.row(upload));
    }
    for (const button of this.root.querySelectorAll("[data-stop], [data-clear]")) {
      button.addEventListener("click", () => this.drop());
    }
    this.root.querySelector("[data-again]").addEventListener("click", () => this.start(this.failed));
  }

  get uploads() {
    return [...this.rows.keys()];
  }

  get failed() {
    return this.uploads.filter((upload) => upload.state === "failed");
  }

  get isSettled() {
    return this.uploads.every((upload) => upload.isSettled);
  }

  // Places of the slot that are spoken for: on their way, or there but not yet shown.
  get taken() {
    return this.uploads.filter((one) => !one.isShown && one.state !== "failed" && one.state !== "dropped").length;
  }

  row(upload) {
    const row = copyOf("upload_row");
    row.querySelector("[data-name]").textContent = upload.file.name;
    row.querySelector("[data-name]").title = upload.file.name;
    row.querySelector("[data-size]").textContent = upload.size;
    row.querySelector("[data-drop]").addEventListener("click", () => this.drop([upload]));
    row.querySelector("[data-retry]").addEventListener("click", () => this.start([upload]));
    this.root.querySelector("[data-rows]").append(row);
    return row;
  }

  start(uploads = this.uploads) {
    this.each(uploads, (upload) => upload.start());
  }

  // What has arrived stays; what is on its way or failed is let go.
  drop(uploads = this.uploads.filter((upload) => upload.state !== "done")) {
    this.each(uploads, (upload) => {
      upload.drop();
      this.forget(upload);
    });
  }

  forgetShown() {
    this.each(
      this.uploads.filter((upload) => upload.isShown),
      (upload) => {
        this.arrived += 1;
        this.forget(upload);
      },
    );
    this.wasSent = false;
  }

  // The line is written once, after all of them.
  each(uploads, act) {
    this.isQuiet = true;
    uploads.forEach(act);
    this.isQuiet = false;
    this.report();
  }

  forget(upload) {
    this.wasSent ||= upload.wasSent;
    this.rows.get(upload)?.remove();
    this.rows.delete(upload);
  }

  show(upload) {
    const row = this.rows.get(upload);
    if (!row) return;
    const isFailed = upload.state === "failed";
    row.dataset.upload = upload.state;
    row.classList.toggle("is-failed", isFailed);
    row.querySelector("[data-state]").textContent = upload.message;
    row.querySelector("[data-state]").toggleAttribute("role", false);
    if (isFailed) row.querySelector("[data-state]").setAttribute("role", "alert");
    row.querySelector("progress").value = upload.percent;
    row.querySelector("[data-retry]").hidden = !isFailed || Boolean(upload.fault());
    row.querySelector("[data-drop]").hidden = upload.state === "done";
    if (!this.isQuiet) this.report();
  }

  report() {
    const all = this.uploads;
    const done = this.arrived + all.filter((upload) => upload.state === "done").length;
    const failed = this.failed.length;
    const values = { done, total: this.arrived + all.length, failed };
    this.root.querySelector("[data-total]").textContent = text(failed ? "uploadTotalFailed" : "uploadTotal", values);
    const sent = all.reduce((sum, upload) => sum + (upload.state === "failed" ? 100 : upload.percent), 0);
    this.root.querySelector("progress").value = all.length ? sent / all.length : 100;
    const isSettled = this.isSettled;
    this.root.classList.toggle("is-settled", isSettled);
    this.root.querySelector("[data-stop]").hidden = isSettled;
    this.root.querySelector("[data-clear]").hidden = !isSettled;
    this.root.querySelector("[data-again]").hidden =
      !isSettled || this.failed.filter((upload) => !upload.fault()).length < 2;
    if (isSettled && !this.wasSettled) this.settled(this);
    this.wasSettled = this.isSettled;
    if (!this.rows.size) this.root.remove();
  }
}

// What does not fit is said before anything is sent; the reader decides whether the first ones go.
export function checkRoom(files, { room, most, place, send }) {
  place.querySelector(".too-many")?.remove();
  if (files.length <= room) return send(files);
  const notice = copyOf("upload_too_many");
  const values = { most, limit: most, room, count: files.length, over: files.length - room };
  const first = notice.querySelector("[data-first]");
  first.hidden = room === 0;
  first.textContent = text("uploadFirst", values);
  first.addEventListener("click", () => {
    notice.remove();
    send(files.slice(0, room));
  });
  notice.querySelector("[data-message]").textContent = text(room ? "uploadTooMany" : most ? "uploadFull" : "uploadClosed", values);
  place.append(notice);
}
