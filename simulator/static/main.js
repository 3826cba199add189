// Starts the page and asks the stand-in for news.

import { refreshDeveloper } from "./developer.js";
import { refreshPhone } from "./phone.js";
import { refreshThread } from "./thread.js";

const EVERY = 700; // milliseconds

async function refresh() {
  if (!document.hidden) await Promise.all([refreshPhone(), refreshThread(), refreshDeveloper()]);
  setTimeout(refresh, EVERY);
}

refresh();
