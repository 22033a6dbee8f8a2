// Fetches the page that is shown and takes over what changed. The server renders each row in one
// place only; rows are matched by number and patched where they stand.
import { patch } from "./patch.js";
import { isPaused } from "./pause.js";
import { dress } from "./time.js";

const REGIONS = ["nav", "trouble", "restarted", "views", "queues", "list", "pager", "job-head", "log-cut", "facts", "schedules", "next-runs", "history", "settings"];
const SHORTEST_PAUSE = 250;
const PAUSE_WHEN_HIDDEN = 5_000;

let running = null;
let again = false;
let timer = null;
let notBefore = 0;
let forced = false;

/** Brings the page up to date soon; many calls make few requests. `force` lets new rows in at once. */
export function refresh(force = false) {
  if (isPaused() && !force) {
    return Promise.resolve();
  }
  forced ||= force; // what is under way may be older than what was just done
  if (running) {
    again = true;
    return running;
  }
  clearTimeout(timer);
  const now = performance.now();
  if (now < notBefore && !force) {
    timer = setTimeout(() => refresh(), notBefore - now);
    return Promise.resolve();
  }
  running = fetchPage().finally(() => {
    running = null;
    // a slow server or line is asked less often, and for a hidden page only its title matters
    const pause = document.hidden ? PAUSE_WHEN_HIDDEN : SHORTEST_PAUSE;
    notBefore = performance.now() + Math.max(pause, 3 * (performance.now() - now));
    if (again) {
      again = false;
      refresh(forced);
    }
  });
  return running;
}

/** Leads to the log-in whoever is logged out, and takes nothing over. */
export const leadToLogIn = () => void ask();

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    notBefore = 0;
    refresh();
  }
});

/** The page as it is now, or null where there is none: nobody answered, or a log-in is asked for. */
async function ask() {
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    const { ok, status, url } = response;
    if (new URL(url).pathname === "/login") {
      location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      return null;
    }
    return { ok, status, text: await response.text() };
  } catch {
    return null; // the chip says that there is no answer
  }
}

async function fetchPage() {
  const force = forced;
  forced = false;
  const answer = await ask();
  if (!answer?.ok) {
    forced ||= force;
  }
  if (!answer || (isPaused() && !force)) {
    return; // frozen meanwhile
  }
  const job = /^\/jobs\/(\d+)$/.exec(location.pathname);
  if (job && answer.status === 410) {
    location.assign(`/jobs?removed=${job[1]}`);
    return;
  }
  const schedule = /^\/schedules\/([^/]+)$/.exec(location.pathname);
  if (schedule && answer.status === 404) {
    location.assign(`/schedules?removed=${schedule[1]}`);
    return;
  }
  if (answer.ok) {
    takeOver(new DOMParser().parseFromString(answer.text, "text/html"), force);
  }
}

/** Takes over from a page of the same address that was just made; `more` names further parts. */
export function takeOver(fresh, force, more = []) {
  dress(fresh);
  if (document.title !== fresh.title) {
    document.title = fresh.title;
  }
  const log = document.getElementById("log");
  const freshLog = fresh.getElementById("log");
  const topics = (page) => page.documentElement.dataset.topics;
  if (log && (log.dataset.href !== freshLog?.dataset.href || topics(document) !== topics(fresh))) {
    location.reload(); // another attempt began, or it waits (again)
    return;
  }
  if (log && freshLog) {
    log.dataset.none = freshLog.dataset.none;
    const none = log.querySelector(".log-none");
    if (none) {
      none.textContent = freshLog.dataset.none;
    }
  }
  const open = document.querySelector("dialog[open]");
  for (const id of [...REGIONS, ...more]) {
    const now = document.getElementById(id);
    const wanted = fresh.getElementById(id);
    if (!now && !wanted) {
      continue;
    } else if (now && wanted) {
      if (id === "list") {
        takeOverList(now, wanted, force && !open);
      } else {
        patch(now, wanted);
      }
    } else if (now) {
      now.remove();
    } else {
      insert(fresh, wanted);
    }
  }
}

function insert(fresh, wanted) {
  // behind the nearest neighbour that both pages have
  for (let before = wanted.previousElementSibling; before; before = before.previousElementSibling) {
    const here = before.id ? document.getElementById(before.id) : null;
    if (here) {
      here.after(document.importNode(wanted, true));
      return;
    }
  }
  document.querySelector("main h1")?.after(document.importNode(wanted, true));
}

// ---- the list: new rows must not push away what somebody is about to click

let held = 0;

function busyWithTheList(rows) {
  return (
    rows.matches(":hover") ||
    rows.contains(document.activeElement) ||
    window.scrollY > 80 ||
    !!document.querySelector("dialog[open]")
  );
}

function takeOverList(now, wanted, force) {
  const rows = now.querySelector("#rows");
  const freshRows = wanted.querySelector("#rows");
  if (!rows || !freshRows || force || !busyWithTheList(rows)) {
    patch(now, wanted);
    hold(0);
    return;
  }
  const known = new Map([...rows.children].map((row) => [row.dataset.key, row]));
  let fresh = 0;
  for (const row of freshRows.children) {
    const old = known.get(row.dataset.key);
    if (old) {
      patch(old, row);
      known.delete(row.dataset.key);
    } else {
      fresh++;
    }
  }
  const oldest = Number(freshRows.lastElementChild?.dataset.key ?? 0);
  for (const [key, row] of known) {
    if (Number(key) > oldest) {
      row.classList.add("gone");
      row.querySelectorAll("button, a.button").forEach((control) => (control.inert = true));
    }
  }
  hold(fresh);
}

function hold(count) {
  held = count;
  const place = document.getElementById("pill-row");
  let pill = document.getElementById("pill");
  if (count === 0) {
    pill?.remove();
    return;
  }
  if (!pill) {
    pill = document.createElement("button");
    pill.id = "pill";
    pill.type = "button";
    pill.className = "pill";
    pill.addEventListener("click", () => {
      pill.blur();
      window.scrollTo({ top: 0 });
      refresh(true);
    });
    place?.append(pill);
  }
  pill.textContent = count === 1 ? "1 new job" : `${count} new jobs`;
}

/** Lets the rows in that were held back once nobody is busy with the list. */
export function watchTheList() {
  const list = document.getElementById("list");
  if (!list) {
    return;
  }
  const look = () => {
    const rows = document.getElementById("rows");
    if (rows && (held > 0 || rows.querySelector(".gone")) && !busyWithTheList(rows)) {
      refresh();
    }
  };
  list.addEventListener("pointerleave", look);
  list.addEventListener("focusout", () => setTimeout(look));
  window.addEventListener("scroll", look, { passive: true });
}
