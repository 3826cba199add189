// The phone: one call at a time, shown as captions, with everything a caller can do.

import { ask } from "./api.js";
import { Bubbles } from "./bubbles.js";
import { myNumber, myVerdict, onNumber } from "./number.js";
import { dropRecording, isRecording, startRecording, stopRecording, toWav } from "./recorder.js";
import { browserLanguage, quiet, speak } from "./speech.js";
import { onLanguage, word } from "./words.js";

const KEY_PAUSE = 2500; // milliseconds after which pressed keys are taken as complete
const SAMPLE_SECONDS = 8;
const part = (id) => document.getElementById(id);
const captions = new Bubbles(part("captions"));
let call = null;
let isConnecting = false;
let spoken = 0;
let pressed = "";
let keyTimer = 0;

export function currentCall() {
  return call;
}

export async function refreshPhone() {
  const sid = call?.sid;
  if (call?.is_live) {
    const state = await ask("GET", `/calls/${sid}`);
    if (call?.sid === sid && state) take(state);
  } else if (!isConnecting && myNumber() !== "withheld") {
    const number = encodeURIComponent(myNumber());
    const answer = await ask("GET", `/calls?phone=${number}&status=ringing`);
    if (answer?.calls.length && !call?.is_live) {
      spoken = 0;
      take(answer.calls[0]);
    }
  }
}

function take(state) {
  if (!state) return show();
  // An answer to an earlier question may come in after a later one.
  const isOld = state.sid === call?.sid && state.timeline.length < call.timeline.length;
  if (isOld) return show();
  call = state;
  state.heard.slice(spoken).forEach((one) => {
    if (one.verb === "Say") speak(one.text, one.language);
  });
  spoken = state.heard.length;
  if (!state.is_live) clearKeys();
  return show();
}

async function act(action, body = {}) {
  if (!call) return;
  quiet();
  take(await ask("POST", `/calls/${call.sid}/${action}`, body));
}

async function dial() {
  isConnecting = true;
  call = null;
  spoken = 0;
  show();
  const state = await ask("POST", "/calls", { from: myNumber(), verdict: myVerdict() });
  isConnecting = false;
  take(state);
  if (state?.is_live) part("say-text").focus({ preventScroll: true });
}

// A question tapped before the call begins is asked as soon as the line waits for it.
async function askExample(text) {
  if (!call?.is_live) await dial();
  if (call?.is_live) await act("say", { text });
}

function press(key) {
  if (isRecording() && call?.details.finish_on_key?.includes(key)) {
    recordWith(stopRecording);
    return;
  }
  pressed += key;
  part("pressed").textContent = pressed;
  clearTimeout(keyTimer);
  const details = call?.details ?? {};
  const isFinished =
    call?.waiting_for !== "gather" ||
    pressed.length === details.num_digits ||
    (details.finish_on_key && details.finish_on_key.includes(key));
  keyTimer = setTimeout(sendKeys, isFinished ? 0 : KEY_PAUSE);
}

function sendKeys() {
  const digits = pressed;
  clearKeys();
  if (digits) act("press", { digits });
}

function clearKeys() {
  clearTimeout(keyTimer);
  pressed = "";
  part("pressed").textContent = "";
}

function show() {
  const waiting = call?.waiting_for ?? "none";
  const isRinging = waiting === "answer";
  const isLive = Boolean(call?.is_live) && !isRinging;
  part("idle").hidden = isLive || isRinging;
  part("call").disabled = isConnecting;
  part("ringing").hidden = !isRinging;
  part("in-call").hidden = !isLive;
  const canSay = waiting === "gather" && call.details.input.includes("speech");
  part("say-form").hidden = !canSay;
  part("say-examples").hidden = isRinging || isConnecting || (isLive && !canSay);
  part("record").hidden = waiting !== "record";
  part("queue").hidden = waiting !== "queue";
  part("dial").hidden = waiting !== "dial";
  part("record-stop").hidden = !isRecording();
  part("record-start").hidden = isRecording();
  if (waiting !== "record") {
    dropRecording();
    part("record-note").textContent = "";
  }
  part("state").textContent = stateText(waiting, isLive);
  captions.show((call?.timeline ?? []).map(caption).filter(Boolean), word("captions_empty"));
}

function stateText(waiting, isLive) {
  if (isConnecting) return word("state_connecting");
  if (!call) return word("state_none");
  if (!isLive && waiting !== "answer") return word("state_over");
  const state = waiting === "none" ? "listening" : waiting;
  const seconds = Math.round(call.seconds);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return `${word(`state_${state}`)} · ${clock}`;
}

const SIDE = { line: "left", caller: "right", network: "middle" };

function caption({ who, verb, text, language }) {
  const isSpeech = verb === "Say" || verb === "say";
  return {
    side: SIDE[who],
    text: isSpeech ? text : word(`moment_${who}_${verb}`, { text }),
    lang: isSpeech && language ? browserLanguage(language) : "",
    tone: isSpeech ? "" : "event",
  };
}

async function recordWith(makeWav) {
  try {
    const wav = await makeWav();
    if (wav) await act("record", { wav, finish_with: "#" });
    part("record-note").textContent = "";
  } catch {
    dropRecording();
    part("record-note").textContent = word("record_failed");
  }
  show();
}

part("call").addEventListener("click", dial);
part("pick-up").addEventListener("click", () => act("answer"));
part("decline").addEventListener("click", () => act("hangup"));
part("hang-up").addEventListener("click", () => act("hangup"));
part("silence").addEventListener("click", () => act("silence"));
part("queue-wait").addEventListener("click", () => act("wait", { seconds: 30 }));
part("queue-answer").addEventListener("click", () => act("answer"));
for (const button of document.querySelectorAll("[data-dial]")) {
  button.addEventListener("click", () => act("dial", { outcome: button.dataset.dial }));
}
for (const button of document.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => press(button.dataset.key));
}
part("say-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = part("say-text").value.trim();
  part("say-text").value = "";
  if (text) act("say", { text });
});
part("record-sample").addEventListener("click", () =>
  act("record", { seconds: SAMPLE_SECONDS, finish_with: "#" }),
);
part("record-hangup").addEventListener("click", () =>
  act("record", { seconds: SAMPLE_SECONDS, finish_with: "hangup" }),
);
part("record-start").addEventListener("click", () =>
  recordWith(async () => {
    await startRecording();
    part("record-note").textContent = word("record_running");
  }),
);
part("record-stop").addEventListener("click", () => recordWith(stopRecording));
part("record-file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (file) recordWith(async () => toWav(await file.arrayBuffer()));
});
onNumber(() => {
  if (call?.is_live) act("hangup");
  call = null;
  show();
});

onLanguage(() => {
  part("say-examples").replaceChildren(
    ...word("example_questions").map((text) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = text;
      chip.addEventListener("click", () => askExample(text));
      return chip;
    }),
  );
  show();
});
