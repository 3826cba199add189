// Reads aloud what the line says, where the browser has a voice.

const BROWSER_LANGUAGE = { "cmn-CN": "zh-CN", "yue-CN": "zh-HK", "en-US": "en-US" };
const box = document.getElementById("read-aloud");

if (!("speechSynthesis" in window)) box.disabled = true;
box.checked = localStorage.getItem("read-aloud") === "yes";
box.addEventListener("change", () => {
  localStorage.setItem("read-aloud", box.checked ? "yes" : "no");
  if (!box.checked) quiet();
});

export function browserLanguage(language) {
  return BROWSER_LANGUAGE[language] ?? language;
}

export function speak(text, language) {
  if (!box.checked || box.disabled) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = browserLanguage(language) || "zh-CN";
  window.speechSynthesis.speak(utterance);
}

export function quiet() {
  window.speechSynthesis?.cancel();
}
