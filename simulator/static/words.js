// The words of the page, in the language that was chosen.

const all = JSON.parse(document.getElementById("words").textContent);
let language = localStorage.getItem("language") === "en" ? "en" : "zh";
const listeners = [];

export function word(key, values = {}) {
  const text = all[language][key] ?? key;
  return typeof text === "string"
    ? text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "")
    : text;
}

// Hours and minutes in Dongguan.
export function localTime(moment) {
  const form = { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false };
  return new Date(moment).toLocaleTimeString("zh-CN", form);
}

export function onLanguage(listener) {
  listeners.push(listener);
  listener();
}

function show() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = word("title");
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
  for (const element of document.querySelectorAll("[data-placeholder]")) {
    element.placeholder = word(element.dataset.placeholder);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", word(element.dataset.label));
  }
  listeners.forEach((listener) => listener());
}

document.getElementById("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  show();
});

show();
