// Whose phone this is.

import { onLanguage, word } from "./words.js";

const select = document.getElementById("number");
const other = document.getElementById("other-number");
const listeners = [];

export function myNumber() {
  if (select.value !== "other") return select.value;
  return other.validity.valid && other.value ? other.value : "withheld";
}

export function canText() {
  return myNumber() !== "withheld" && select.selectedOptions[0].dataset.kind !== "landline";
}

export function onNumber(listener) {
  listeners.push(listener);
}

function changed() {
  const isOther = select.value === "other";
  for (const element of document.querySelectorAll(".other")) element.hidden = !isOther;
  listeners.forEach((listener) => listener());
}

select.addEventListener("change", changed);
other.addEventListener("change", changed);

onLanguage(() => {
  for (const option of select.options) {
    const number = /^\+/.test(option.value) ? option.value.replace(/^\+86(\d{3})/, "+86 $1 ") : "";
    const kind = word(`number_${option.dataset.kind}`);
    option.textContent = number ? `${number} · ${kind}` : kind;
  }
});
