// The text thread of the chosen number.

import { ask } from "./api.js";
import { Bubbles } from "./bubbles.js";
import { canText, myNumber, onNumber } from "./number.js";
import { localTime, onLanguage, word } from "./words.js";

const part = (id) => document.getElementById(id);
const thread = new Bubbles(part("thread"));
let messages = [];

export async function refreshThread() {
  if (!canText()) {
    messages = [];
    return show();
  }
  const number = myNumber();
  const answer = await ask("GET", `/messages?phone=${encodeURIComponent(number)}`);
  if (answer && number === myNumber()) {
    messages = answer.messages;
    show();
  }
}

async function send(body) {
  if (!body) return;
  await ask("POST", "/messages", { from: myNumber(), body });
  await refreshThread();
}

function show() {
  const isOpen = canText();
  for (const control of part("text-form").elements) control.disabled = !isOpen;
  for (const chip of part("text-examples").children) chip.disabled = !isOpen;
  const entries = messages.map((message) => ({
    side: message.direction === "inbound" ? "right" : "left",
    text: message.body,
    foot: footOf(message),
    tone: message.status === "undelivered" ? "failed" : "",
  }));
  thread.show(entries, word(isOpen ? "thread_empty" : "thread_none"));
}

function footOf(message) {
  const code = message.error_code ? ` ${message.error_code}` : "";
  return [
    localTime(message.date_created),
    word("segments", { count: message.num_segments }),
    word(`status_${message.status}`) + code,
  ].join(" · ");
}

part("text-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = part("text-body").value.trim();
  part("text-body").value = "";
  send(body);
});
part("text-body").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    part("text-form").requestSubmit();
  }
});
onNumber(refreshThread);

onLanguage(() => {
  part("text-examples").replaceChildren(
    ...word("text_examples").map((text) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = text;
      chip.addEventListener("click", () => send(text));
      return chip;
    }),
  );
  show();
});
