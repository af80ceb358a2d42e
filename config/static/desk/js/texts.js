// Texts come translated from the page, so that no script carries a language.
const texts = document.getElementById("script_texts")?.dataset ?? {};

export function text(name, values = {}) {
  const pattern = texts[name] ?? "";
  return pattern.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}
