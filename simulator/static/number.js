// Whose phone this is.

import { onLanguage, word } from "./words.js";

const select = document.getElementById("number");
const other = document.getElementById("other-number");
const listeners = [];

export function myNumber() {
  if (select.value !== "other") return select.value;
  return other.validity.valid && other.value ? other.value : "withheld";
}

// What the carrier says of the number of this phone (StirVerstat).
export function myVerdict() {
  return myNumber() === "withheld" ? "none" : document.getElementById("verdict").value;
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
  document.getElementById("verdict").disabled = myNumber() === "withheld";
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
  for (const option of document.getElementById("verdict").options) {
    option.textContent = word(`verdict_${option.value}`);
  }
});
