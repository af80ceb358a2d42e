// Rectangles as [left, top, right, bottom] in fractions of a picture, 0 to 1.
const SMALLEST = 0.005;
const DIGITS = 1e6;

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function exact(value) {
  return Math.round(clamp(value, 0, 1) * DIGITS) / DIGITS;
}

// From two corners, in any order; null for one that is too small to have been meant.
export function between([x, y], [otherX, otherY]) {
  const box = [Math.min(x, otherX), Math.min(y, otherY), Math.max(x, otherX), Math.max(y, otherY)].map(exact);
  return box[2] - box[0] < SMALLEST || box[3] - box[1] < SMALLEST ? null : box;
}

// Stays inside the picture, at its size.
export function moved([left, top, right, bottom], x, y) {
  const across = clamp(x, -left, 1 - right);
  const down = clamp(y, -top, 1 - bottom);
  return [left + across, top + down, right + across, bottom + down].map(exact);
}

// Its right bottom corner goes along.
export function resized([left, top, right, bottom], x, y) {
  return [left, top, clamp(right + x, left + SMALLEST, 1), clamp(bottom + y, top + SMALLEST, 1)].map(exact);
}

// One side as a number says; the opposite side gives way to none.
export function withSide(box, side, value) {
  const next = [...box];
  const opposite = box[(side + 2) % 4];
  next[side] = exact(side < 2 ? clamp(value, 0, opposite - SMALLEST) : clamp(value, opposite + SMALLEST, 1));
  return next;
}

// Where it lies once the picture is turned clockwise by 90, 180 or 270 degrees.
export function turned(box, degrees) {
  let [left, top, right, bottom] = box;
  for (let done = 0; done < degrees; done += 90) [left, top, right, bottom] = [1 - bottom, left, 1 - top, right];
  return [left, top, right, bottom].map(exact);
}
