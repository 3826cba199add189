// Keys for the list (j, k, Enter), the search (/), the answer (r) and the choices of a page (1, 2,
// 3); the length of an answer and the room in a field as it is written; no form sent twice; what changes by itself is asked
// again. Every page works without this file.
"use strict";

const isTyping = (element) => /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const open = all.findIndex((row) => row.classList.contains("is-open"));
  const from = now >= 0 ? now : open;
  const next = Math.min(Math.max(from + step, 0), all.length - 1);
  all[next].querySelector("a").focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  "/": () => document.querySelector("[data-search]")?.focus(),
  r: () => document.querySelector("[data-answer-words]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const choice = /^[1-9]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
  const act = choice ? () => choice.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
// A page that comes back from the browser's memory may send again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-once]").forEach((form) => delete form.dataset.sent);
});

document.querySelectorAll("[data-answer]").forEach((form) => {
  const words = form.querySelector("[data-answer-words]");
  const means = form.querySelector("[data-means]");
  const place = form.querySelector("[data-answer-length]");
  let waiting = 0;
  let asked = 0;

  async function measure() {
    const mine = ++asked;
    if (means.value !== "text") {
      place.replaceChildren();
      return;
    }
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("text", words.value);
    const response = await fetch(form.dataset.length, { method: "POST", body });
    if (mine === asked && response.ok) place.innerHTML = await response.text();
  }
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(measure, 250);
  };
  words.addEventListener("input", later);
  means.addEventListener("change", measure);
  form.querySelector("[data-canned]")?.addEventListener("change", (event) => {
    if (event.target.value) words.value = event.target.value;
    words.focus();
    measure();
  });
  if (words.value) measure();
});

// How much of a field's room is taken, said as it is written.
document.querySelectorAll("textarea[maxlength]").forEach((field) => {
  const place = document.createElement("small");
  place.className = "room";
  const count = () => {
    place.textContent = `${field.value.length} / ${field.maxLength}`;
    place.classList.toggle("is-full", field.value.length >= field.maxLength);
  };
  field.after(place);
  field.addEventListener("input", count);
  field.form?.querySelector("[data-canned]")?.addEventListener("change", count);
  count();
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.addEventListener("click", () => window.print());
});

const REFRESH_SECONDS = 5;
// So long at most an open form keeps a place as it is: news must come through.
const HELD_SECONDS = 60;
document.querySelectorAll("[data-refresh]").forEach((place) => {
  let held = 0;
  setInterval(async () => {
    // Never under somebody's hands, nor for nobody (but a danger is told in the tab's title).
    const isUnseen = document.hidden && !("refreshHidden" in place.dataset);
    if (isUnseen || place.querySelector("form[data-sent]")) return;
    const isHeld = place.contains(document.activeElement) || place.querySelector("details[open]");
    held = isHeld ? held + REFRESH_SECONDS : 0;
    if (isHeld && held <= HELD_SECONDS) return;
    const response = await fetch(place.dataset.refresh);
    if (response.ok && !response.redirected) place.innerHTML = await response.text();
    tellInTitle();
  }, REFRESH_SECONDS * 1000);
});

// How many lives are in danger stands first in the title, where other tabs see it.
const TITLE = document.title;
function tellInTitle() {
  const count = document.querySelector("[data-alarms]")?.dataset.alarms;
  document.title = count ? `(${count}!) ${TITLE}` : TITLE;
}
tellInTitle();
