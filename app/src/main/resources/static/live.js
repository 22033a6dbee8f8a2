// One stream of events per page, and a chip that says how far what is shown can be believed.
import { pausedSince } from "./pause.js";
import { clock, hourAndMinute } from "./time.js";
import { dated } from "./toast.js";

const LONGEST_WAIT = 10_000;
const OFFLINE_AFTER = 8_000;
const CLOSED_WHEN_HIDDEN_FOR = 60_000;

/**
 * Listens for topics. `told.changed` is called when something changed, `told.opened` when the stream
 * begins (again), `told.log` when a log has grown, `told.notices` with how many notices could not be sent, `told.lost`
 * when it broke.
 */
export function listen(topics, told) {
  const chip = document.getElementById("chip");
  let wait = 500;
  let lost = null;
  let source = null;
  let timer = null;

  const show = (is, text) => {
    if (chip.dataset.is !== is || chip.textContent !== text) {
      chip.dataset.is = is;
      chip.textContent = text;
    }
  };

  const showLive = () =>
    pausedSince() ? show("paused", `Frozen at ${hourAndMinute(pausedSince())}`) : show("live", "Live");
  document.addEventListener("pausechange", () => {
    if (["live", "paused"].includes(chip.dataset.is)) {
      showLive();
    }
  });

  const open = () => {
    clearTimeout(timer);
    timer = null;
    source?.close();
    source = new EventSource(`/api/v1/events?topics=${encodeURIComponent(topics)}`);
    source.onopen = () => {
      wait = 500;
      lost = null;
      showLive();
      dated(null);
      told.opened();
    };
    source.onerror = () => {
      // our own pace: a browser gives up for good after some answers
      source.close();
      lost ??= new Date();
      tellHowLong();
      told.lost();
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
    for (const type of ["job", "removed", "queue", "schedule", "schedule-removed", "reset"]) {
      source.addEventListener(type, told.changed);
    }
    source.addEventListener("notices", (event) => told.notices(numberIn(event.data, "failed")));
    source.addEventListener("log", (event) => told.log(numberIn(event.data, "size")));
  };

  const tellHowLong = () => {
    if (!lost) {
      return;
    }
    if (Date.now() - lost.getTime() < OFFLINE_AFTER) {
      show("reconnecting", "Reconnecting");
      return;
    }
    show("offline", `Offline since ${hourAndMinute(lost)}`);
    dated(`Bide does not answer. This is how things stood at ${clock(lost)}; it is asked again every few seconds.`);
  };

  const again = () => {
    if (lost || source === null) {
      wait = 500;
      open();
    }
  };
  // a browser has six connections to a server: a page of jobs that nobody sees gives its one back
  let leaving = null;
  const leave = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
    lost = null;
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (!document.hidden) {
      again();
    } else if (!topics.includes("job:")) {
      leaving = setTimeout(leave, CLOSED_WHEN_HIDDEN_FOR);
    }
  });
  setInterval(tellHowLong, 1000);
  window.addEventListener("online", again);
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => event.persisted && open());
  show("reconnecting", "Connecting");
  open();
}

function numberIn(data, name) {
  try {
    return JSON.parse(data)[name] ?? null;
  } catch {
    return null;
  }
}
