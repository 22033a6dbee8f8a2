// Times in the reader's own zone, and durations that go on. The server says both first.
import { isPaused } from "./pause.js";

const serverNow = Number(document.documentElement.dataset.now);
const ahead = serverNow - Date.now();
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const minute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const second = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** The same words as Wording.duration. */
export function duration(milliseconds) {
  const all = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  if (all < 60) {
    return `${all}\u00a0s`;
  }
  if (all < 3600) {
    return `${Math.floor(all / 60)}\u00a0min ${two(all % 60)}\u00a0s`;
  }
  if (all < 86400) {
    return `${Math.floor(all / 3600)}\u00a0h ${two(Math.floor((all % 3600) / 60))}\u00a0min`;
  }
  return `${Math.floor(all / 86400)}\u00a0d ${two(Math.floor((all % 86400) / 3600))}\u00a0h`;
}

/** An instant as a clock on the wall shows it. */
export const clock = (date) => second.format(date);

export const hourAndMinute = (date) => minute.format(date);

function instant(date, time) {
  const now = new Date();
  if (date.toDateString() === now.toDateString()) {
    return time.format(date);
  }
  const days = date.getFullYear() === now.getFullYear() ? day : dayOfYear;
  return `${days.format(date)} ${time.format(date)}`;
}

const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const wall = (zone) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone });
const walls = new Map();

function onTheWall(date, zone) {
  if (!walls.has(zone)) {
    walls.set(zone, wall(zone));
  }
  return walls.get(zone).format(date).replaceAll(",", "");
}

/** A time of another zone is shown by the reader's clock as well, where the two differ. */
function bothClocks(time, date) {
  const yours = onTheWall(date, here);
  let theirs = null;
  try {
    theirs = onTheWall(date, time.dataset.zone);
  } catch {
    // a zone that this browser does not know
  }
  time.hidden = yours === theirs;
  time.textContent = `${yours} in ${here}`;
}

/** Puts every time below into the reader's zone, and durations to this second. */
export function dress(root) {
  for (const time of root.querySelectorAll("time[data-as]")) {
    const date = new Date(time.dateTime);
    if (time.dataset.as === "yours") {
      bothClocks(time, date);
      continue;
    }
    time.textContent = time.dataset.as === "clock" ? clock(date) : instant(date, time.dataset.as === "exact" ? second : minute);
    time.title = exact.format(date);
  }
  tick(root);
}

function tick(root) {
  const now = Date.now() + ahead;
  for (const time of root.querySelectorAll("time[data-since], time[data-until]")) {
    const { since, until } = time.dataset;
    const text = duration(since ? now - Number(since) : Number(until) - now);
    if (time.textContent !== text) {
      time.textContent = text;
    }
  }
}

export function startTicking() {
  setInterval(() => document.hidden || isPaused() || tick(document), 1000);
}
