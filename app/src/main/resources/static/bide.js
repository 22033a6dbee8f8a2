// Everything here is an addition: each page reads, adds and cancels without it.
import { listen } from "./live.js";
import { takeForms } from "./forms.js";
import { listenToKeys } from "./keys.js";
import { dress, startTicking } from "./time.js";
import { showLog } from "./log.js";
import { logInFromFragment } from "./login.js";
import { isPaused, offerPause } from "./pause.js";
import { previewPlan } from "./plan.js";
import { leadToLogIn, refresh, watchTheList } from "./refresh.js";
import { tellDone } from "./toast.js";

const topics = document.documentElement.dataset.topics;
dress(document);
startTicking();
takeForms();
listenToKeys();
tellDone();
logInFromFragment();
const plan = document.getElementById("plan");
if (plan) {
  previewPlan(plan);
}

const log = document.getElementById("log") ? showLog(document.getElementById("log")) : null;
/** Who is logged out is led to the log-in, also where nothing else may change. */
const look = () => (isPaused() ? leadToLogIn() : refresh());

if (topics) {
  watchTheList();
  listen(topics, {
    changed: () => {
      refresh();
      log?.more();
    },
    opened: () => {
      refresh();
      log?.more();
    },
    notices: (failed) => {
      if (location.pathname === "/settings/notifications" || document.getElementById("nav").dataset.failed !== String(failed)) {
        refresh();
      }
    },
    lost: look,
    log: (size) => log?.more(size),
  });
}

if (topics) {
  offerPause();
  document.addEventListener("pausechange", () => {
    if (!isPaused()) {
      refresh();
      log?.more();
    }
  });
  // no event tells how full a disk is, or how long ago something was
  const every = Number(document.querySelector("[data-every]")?.dataset.every ?? 60);
  setInterval(() => document.hidden || look(), every * 1000);
}

// what only says what just happened does not belong into the address
const address = new URL(location.href);
const happened = ["added", "again", "already", "bytes", "changed", "forgotten", "left", "planned", "removed"];
if (happened.some((name) => address.searchParams.has(name))) {
  happened.forEach((name) => address.searchParams.delete(name));
  history.replaceState(null, "", address.pathname + address.search);
}
