// Turn, crop and black out a picture. What is drawn goes to the desk as fractions; the desk makes the new picture.
import { between, moved, resized, turned, withSide } from "./rectangles.js";

const STEP = 0.01;
const LONG = 1.6; // a scrolled chat is read at its width, other pictures are seen whole
const FRESH = [0.35, 0.4, 0.65, 0.6];
const FRESH_CROP = [0.05, 0.05, 0.95, 0.95];
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

const form = document.querySelector("[data-editor]");
const canvas = form.querySelector("canvas");
const layer = form.querySelector("[data-boxes]");
const list = form.querySelector("[data-list]");
const rowPattern = document.getElementById("editor_row");
const picture = new Image();
const most = Number(form.dataset.most);

let state = { turn: Number(form.elements.turn.value) || 0, crop: read("crop"), black: read("black_out") ?? [] };
const before = [];

function read(name) {
  try {
    return JSON.parse(form.elements.namedItem(name).value);
  } catch {
    return null;
  }
}

function tool() {
  return form.elements.tool.value;
}

// All rectangles with their place: the crop first, then the black ones as they were drawn.
function entries() {
  const black = state.black.map((box, index) => ({ key: index, box }));
  return state.crop ? [{ key: "crop", box: state.crop }, ...black] : black;
}

function boxAt(key) {
  return key === "crop" ? state.crop : state.black[key];
}

function replacing(key, box) {
  if (key === "crop") return { ...state, crop: box };
  const black = state.black.map((one, index) => (index === key ? box : one)).filter(Boolean);
  return { ...state, black };
}

function change(next, focused = null) {
  before.push(state);
  state = next;
  show(focused);
}

function undo() {
  if (!before.length) return;
  state = before.pop();
  show();
}

function add(box) {
  if (tool() === "crop") change({ ...state, crop: box }, "crop");
  else if (state.black.length < most) change({ ...state, black: [...state.black, box] }, state.black.length);
}

function drawPicture() {
  const sideways = state.turn % 180 !== 0;
  const { naturalWidth: width, naturalHeight: height } = picture;
  canvas.width = sideways ? height : width;
  canvas.height = sideways ? width : height;
  canvas.parentElement.classList.toggle("is-long", canvas.height > LONG * canvas.width);
  const pen = canvas.getContext("2d");
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate((state.turn * Math.PI) / 180);
  pen.drawImage(picture, -width / 2, -height / 2);
}

function nameOf(key) {
  return key === "crop" ? form.dataset.cropName : `${form.dataset.blackName} ${key + 1}`;
}

function place(element, [left, top, right, bottom]) {
  element.style.left = `${left * 100}%`;
  element.style.top = `${top * 100}%`;
  element.style.width = `${(right - left) * 100}%`;
  element.style.height = `${(bottom - top) * 100}%`;
}

function drawn({ key, box }) {
  const element = document.createElement("div");
  element.className = key === "crop" ? "editor-box is-crop" : "editor-box";
  element.dataset.key = key;
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", nameOf(key));
  element.setAttribute("aria-describedby", "editor_help");
  const corner = document.createElement("span");
  corner.className = "corner";
  element.append(corner);
  place(element, box);
  return element;
}

function listed({ key, box }) {
  const row = rowPattern.content.firstElementChild.cloneNode(true);
  row.dataset.key = key;
  row.querySelector("[data-name]").textContent = nameOf(key);
  for (const input of row.querySelectorAll("[data-side]")) {
    input.value = (box[Number(input.dataset.side)] * 100).toFixed(1);
  }
  return row;
}

function show(focused = null) {
  layer.dataset.tool = tool();
  if (picture.complete && picture.naturalWidth) drawPicture();
  const all = entries();
  layer.replaceChildren(...all.map(drawn));
  list.replaceChildren(...all.map(listed));
  form.querySelector("[data-none]").hidden = all.length > 0;
  form.querySelector("[data-undo]").disabled = before.length === 0;
  form.elements.namedItem("turn").value = String(state.turn);
  form.elements.namedItem("crop").value = state.crop ? JSON.stringify(state.crop) : "";
  form.elements.namedItem("black_out").value = JSON.stringify(state.black);
  if (focused !== null) layer.querySelector(`[data-key="${focused}"]`)?.focus();
}

function keyOf(element) {
  const { key } = element.closest("[data-key]").dataset;
  return key === "crop" ? key : Number(key);
}

function pointOf(event) {
  const area = layer.getBoundingClientRect();
  return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
}

// A drag draws a new rectangle, moves one, or pulls its corner; only its end is a change.
layer.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  const start = pointOf(event);
  const held = event.target.closest(".editor-box");
  const key = held ? keyOf(held) : null;
  const shape = event.target.matches(".corner") ? resized : moved;
  const element = held ?? drawn({ key: tool() === "crop" ? "crop" : state.black.length, box: [...start, ...start] });
  if (held) held.focus();
  else layer.append(element);
  layer.setPointerCapture(event.pointerId);

  const boxTo = (to) => (held ? shape(boxAt(key), to[0] - start[0], to[1] - start[1]) : between(start, to));
  const follow = (next) => {
    const box = boxTo(pointOf(next));
    if (box) place(element, box);
  };
  const finish = (last) => {
    layer.removeEventListener("pointermove", follow);
    layer.removeEventListener("pointerup", finish);
    layer.removeEventListener("pointercancel", finish);
    const box = last.type === "pointerup" ? boxTo(pointOf(last)) : null;
    if (!box || (held && String(box) === String(boxAt(key)))) show(key);
    else if (held) change(replacing(key, box), key);
    else add(box);
  };
  layer.addEventListener("pointermove", follow);
  layer.addEventListener("pointerup", finish);
  layer.addEventListener("pointercancel", finish);
});

layer.addEventListener("keydown", (event) => {
  const held = event.target.closest(".editor-box");
  if (!held) return;
  const key = keyOf(held);
  const by = ARROWS[event.key];
  if (by) change(replacing(key, (event.shiftKey ? resized : moved)(boxAt(key), ...by)), key);
  else if (event.key === "Delete" || event.key === "Backspace") change(replacing(key, null));
  else return;
  event.preventDefault();
  event.stopPropagation();
});

form.addEventListener("change", (event) => {
  if (event.target.name === "tool") layer.dataset.tool = tool();
});

list.addEventListener("change", (event) => {
  const key = keyOf(event.target);
  const side = Number(event.target.dataset.side);
  const value = Number(event.target.value) / 100;
  if (Number.isFinite(value)) change(replacing(key, withSide(boxAt(key), side, value)));
  list.querySelector(`[data-key="${key}"] [data-side="${side}"]`)?.focus();
});

list.addEventListener("click", (event) => {
  if (event.target.closest("[data-remove]")) change(replacing(keyOf(event.target), null));
});

form.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-turn]");
  if (turn) {
    const degrees = Number(turn.dataset.turn);
    change({
      turn: (state.turn + degrees) % 360,
      crop: state.crop && turned(state.crop, degrees),
      black: state.black.map((box) => turned(box, degrees)),
    });
  }
  if (event.target.closest("[data-undo]")) undo();
  if (event.target.closest("[data-add]")) add(tool() === "crop" ? FRESH_CROP : FRESH);
});

document.addEventListener("keydown", (event) => {
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
  if (!isUndo || event.target.matches("input[type=text], input[type=number], textarea")) return;
  event.preventDefault();
  undo();
});

// Enter in a number means "take this number", not "save".
list.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
});

picture.addEventListener("load", () => show());
picture.addEventListener("error", () => {
  form.querySelector("[data-failed]").hidden = false;
});
picture.src = canvas.dataset.picture;
show();
