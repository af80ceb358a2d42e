// Texts come translated from the page, so that no script carries a language.
const HOLDERS = ["script_texts", "upload_texts"];
const texts = Object.assign({}, ...HOLDERS.map((id) => document.getElementById(id)?.dataset));

export function text(name, values = {}) {
  const pattern = texts[name] ?? "";
  return pattern.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}
