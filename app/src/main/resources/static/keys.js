// Single keys. They can be switched off, for those whose software types what was said aloud.
import { ask, askIfOffered } from "./forms.js";
import { refresh } from "./refresh.js";

const SWITCH = "bide.single-keys";
const LONGEST_PAIR = 1000;

let leadAt = -Infinity;

export function listenToKeys() {
  offerTheSwitch(document);
  document.addEventListener("keydown", (event) => {
    const led = performance.now() - leadAt < LONGEST_PAIR;
    leadAt = -Infinity;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !areOn()) {
      return;
    }
    if (event.target.closest("input, textarea, select, dialog") || document.querySelector("dialog[open]")) {
      return;
    }
    const act = (led ? PAIRS : KEYS)[event.key];
    if (act && act() !== false) {
      event.preventDefault();
    }
  });
}

function areOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

/** The switch stands with the list of keys, on the page and in the dialog. */
function offerTheSwitch(root) {
  const box = root.querySelector("#single-keys-box");
  if (!box) {
    return;
  }
  const tick = box.querySelector("input");
  tick.checked = areOn();
  tick.addEventListener("change", () => {
    try {
      localStorage.setItem(SWITCH, tick.checked ? "on" : "off");
    } catch {
      tick.checked = true;
    }
  });
  box.hidden = false;
}

async function help() {
  await ask({ href: "/help" }, undefined, "help");
  const dialog = document.querySelector("dialog[open]");
  if (dialog?.querySelector("#help")) {
    dialog.querySelector("[data-keep]").textContent = "Close";
    offerTheSwitch(dialog);
  }
}

/** To the link of the next row, or of the first one. */
function toRow(by) {
  const links = [...document.querySelectorAll("#rows .what, #plans .what")];
  const row = document.activeElement.closest("tr");
  const now = links.findIndex((link) => row?.contains(link));
  const link = links[now < 0 ? 0 : now + by];
  link?.focus();
  return !!link;
}

function toCommand() {
  const command = document.getElementById("command");
  command?.focus();
  command?.select();
  return !!command;
}

/** Of the row that has the focus, or of the page's own job. */
function cancel() {
  const row = document.activeElement.closest("#rows tr");
  const place = row ?? (/^\/jobs\/\d+$/.test(location.pathname) ? document.getElementById("job-actions") : null);
  if (place) {
    askIfOffered(place, "cancel");
  }
}

function up() {
  const list = /^\/(jobs|schedules)\/./.exec(location.pathname);
  return !!list && go(`/${list[1]}`);
}

function follow() {
  const tick = document.getElementById("follow");
  return !!tick && !tick.closest("[hidden]") && (tick.click(), true);
}

function pause() {
  const button = document.getElementById("pause");
  return !!button && (button.click(), true);
}

function go(path) {
  location.assign(path);
  return true;
}

const KEYS = {
  "?": () => void help(),
  "/": toCommand,
  j: () => toRow(1),
  k: () => toRow(-1),
  c: cancel,
  u: up,
  f: follow,
  p: pause,
  r: () => document.documentElement.dataset.topics !== undefined && void refresh(true),
  g: () => {
    leadAt = performance.now();
  },
};

const PAIRS = { j: () => go("/jobs"), s: () => go("/schedules") };
