// Requests to the stand-in, and the one place where their failures are shown.

import { word } from "./words.js";

const errorLine = document.getElementById("error");

export function showError(text) {
  errorLine.textContent = text;
  errorLine.hidden = !text;
}

export async function ask(method, path, body) {
  let response;
  try {
    response = await fetch("/simulator" + path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    showError(word("error_offline"));
    return null;
  }
  if (!response.ok) {
    const known = [400, 404, 409].includes(response.status);
    showError(word(known ? `error_${response.status}` : "error_other"));
    return null;
  }
  showError("");
  return response.status === 204 ? {} : response.json();
}
