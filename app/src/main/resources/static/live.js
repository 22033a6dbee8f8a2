// One stream of events per page, and a chip that says how far what is shown can be believed.
import { clock, hourAndMinute } from "./time.js";
import { dated } from "./toast.js";

const LONGEST_WAIT = 10_000;
const OFFLINE_AFTER = 8_000;

/**
 * Listens for topics. `told.changed` is called when something changed, `told.opened` when the stream
 * begins (again), `told.log` when a log has grown.
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

  const open = () => {
    clearTimeout(timer);
    timer = null;
    source?.close();
    source = new EventSource(`/api/v1/events?topics=${encodeURIComponent(topics)}`);
    source.onopen = () => {
      wait = 500;
      lost = null;
      show("live", "Live");
      dated(null);
      told.opened();
    };
    source.onerror = () => {
      // our own pace: a browser gives up for good after some answers
      source.close();
      lost ??= new Date();
      tellHowLong();
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
    for (const type of ["job", "removed", "queue", "reset"]) {
      source.addEventListener(type, told.changed);
    }
    source.addEventListener("log", (event) => told.log(sizeOf(event.data)));
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
    if (lost) {
      wait = 500;
      open();
    }
  };
  setInterval(tellHowLong, 1000);
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => event.persisted && open());
  show("reconnecting", "Connecting");
  open();
}

function sizeOf(data) {
  try {
    return JSON.parse(data).size ?? null;
  } catch {
    return null;
  }
}
