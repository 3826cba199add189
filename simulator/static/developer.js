// For developers: TwiML, the exchange log, broken rules, time and faults.

import { ask } from "./api.js";
import { currentCall } from "./phone.js";
import { onLanguage, word } from "./words.js";

const part = (id) => document.getElementById(id);
let lastNumber = -1;
let settings = null;

export async function refreshDeveloper() {
  if (!part("developer").open) return;
  const [log, broken, clock] = await Promise.all([
    ask("GET", "/log?limit=60"),
    ask("GET", "/violations"),
    ask("GET", "/clock"),
  ]);
  if (!log || !broken || !clock) return;
  part("twiml").textContent = indented(currentCall()?.document) || word("twiml_empty");
  showLog(log.exchanges);
  showList("violations", broken.violations.slice(-20).reverse(), (one) =>
    `${one.code} ${one.message}`, "violations_none");
  showClock(clock);
  if (!settings) await loadSettings();
}

async function loadSettings() {
  const [faults, people] = await Promise.all([ask("GET", "/faults"), ask("GET", "/people")]);
  if (faults && people) {
    settings = { faults, people };
    showSettings();
  }
}

function showSettings() {
  if (!settings) return;
  const { faults, people } = settings;
  const chosen = part("fault").value;
  fill(part("fault"), faults.names, "fault_", chosen || faults.names[0]);
  fill(part("people"), people.outcomes, "people_", people.outcome);
  showList("faults-active", faults.active, (one) =>
    word(`fault_${one.name}`) + (one.left ? ` × ${one.left}` : ""), "fault_none");
}

function fill(select, values, prefix, chosen) {
  select.replaceChildren(...values.map((value) => new Option(word(prefix + value), value)));
  select.value = chosen;
}

function showList(id, entries, textOf, emptyKey) {
  const lines = entries.length ? entries.map(textOf) : [word(emptyKey)];
  part(id).replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
  part(id).classList.toggle("empty", !entries.length);
}

function showClock(clock) {
  part("clock-now").textContent = new Date(clock.now).toLocaleString(document.documentElement.lang, {
    timeZone: "Asia/Shanghai",
    dateStyle: "medium",
    timeStyle: "medium",
  });
  part("clock-buttons").hidden = !clock.can_skip;
  part("clock-off").hidden = clock.can_skip;
}

function showLog(exchanges) {
  const newest = exchanges.at(-1)?.number ?? 0;
  if (newest === lastNumber) return;
  lastNumber = newest;
  part("log").replaceChildren(...exchanges.reverse().map(row));
}

function row(one) {
  const line = document.createElement("tr");
  const time = new Date(one.at).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai" });
  line.append(cell(time), cell(word(`kind_${one.kind}`)), requestCell(one));
  line.append(cell(one.status || "—", "number"), cell(one.milliseconds, "number"));
  line.classList.toggle("bad", one.status === 0 || one.status >= 400);
  return line;
}

function cell(text, name = "") {
  const made = document.createElement("td");
  made.textContent = text;
  made.className = name;
  return made;
}

function requestCell(one) {
  const made = cell("");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = `${one.method} ${one.url.replace(/^https?:\/\/[^/]+/, "")}`;
  const text = document.createElement("pre");
  const parameters = Object.entries(one.parameters).map(([name, value]) => `${name}=${value}`);
  text.textContent = [...parameters, "", one.error || indented(one.answer)].join("\n");
  details.append(summary, text);
  made.append(details);
  return made;
}

// TwiML with one element a line, two spaces a level.
function indented(xml) {
  if (!xml?.trimStart().startsWith("<")) return xml ?? "";
  let depth = 0;
  return xml
    .replace(/>\s*</g, ">\n<")
    .split("\n")
    .map((line) => {
      if (line.startsWith("</")) depth = Math.max(depth - 1, 0);
      const made = "  ".repeat(depth) + line;
      if (/^<[^!?/]/.test(line) && !/\/>$/.test(line) && !/<\//.test(line)) depth += 1;
      return made;
    })
    .join("\n");
}

for (const button of document.querySelectorAll("[data-skip]")) {
  button.addEventListener("click", async () => {
    showClock((await ask("POST", "/clock", { seconds: Number(button.dataset.skip) })) ?? {});
  });
}
part("clock-reset").addEventListener("click", () => ask("DELETE", "/clock"));
part("people").addEventListener("change", async () => {
  const people = await ask("POST", "/people", { outcome: part("people").value });
  if (people) settings.people = people;
});
part("fault-on").addEventListener("click", async () => {
  const body = { name: part("fault").value };
  if (part("fault-once").checked) body.count = 1;
  await ask("POST", "/faults", body);
  await loadSettings();
});
part("fault-off").addEventListener("click", async () => {
  await ask("DELETE", "/faults");
  await loadSettings();
});
part("developer").addEventListener("toggle", refreshDeveloper);
onLanguage(() => {
  lastNumber = -1;
  showSettings();
});
