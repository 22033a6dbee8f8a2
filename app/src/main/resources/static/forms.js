// Forms are sent without leaving the page, and questions are asked in a dialog. The same routes
// answer the same forms without this module.
import { patch } from "./patch.js";
import { refresh, takeOver } from "./refresh.js";
import { dress } from "./time.js";
import { complain, tellDone } from "./toast.js";

export function takeForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.plain !== undefined) {
      return;
    }
    event.preventDefault();
    if (form.dataset.sending === undefined) {
      send(form, event.submitter);
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-ask]");
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      ask(link, link);
    }
  });
}

async function send(form, submitter) {
  form.dataset.sending = "";
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "text/html" },
      body: new URLSearchParams(new FormData(form, submitter)),
    });
    const answer = new DOMParser().parseFromString(await response.text(), "text/html");
    const arrived = new URL(response.url);
    form.closest("dialog")?.close();
    if (form.matches("#add, .try")) {
      added(answer, response.ok);
    } else if (!response.ok && form.id && answer.getElementById(form.id)) {
      refused(form, answer);
    } else if (!response.ok) {
      complain(answer.querySelector("#error p")?.textContent ?? `Bide answered ${response.status}.`);
      refresh(true);
    } else if (arrived.pathname === location.pathname && answer.querySelector("main #said")) {
      document.querySelector("body > #said")?.remove(); // a toast that has not gone yet is not the place for it
      takeOver(answer, true, form.id ? ["said", form.id] : ["said"]);
      tellDone();
      form.reset();
    } else if (arrived.pathname === location.pathname) {
      await refresh(true);
    } else {
      location.assign(arrived.pathname + arrived.search);
    }
  } catch {
    complain("Bide does not answer, so it is not known whether this was done. Look again when the page is live.");
  } finally {
    delete form.dataset.sending;
  }
}

/** The form comes back with what was typed and what is wrong with it. */
function refused(form, answer) {
  dress(answer);
  patch(form, answer.getElementById(form.id));
  (form.querySelector(".choices button") ?? form.querySelector("[aria-invalid]"))?.focus();
}

function added(answer, ok) {
  if (!answer.getElementById("add")) {
    complain(answer.querySelector("#error p")?.textContent ?? "Bide could not take this.");
    return;
  }
  if (ok && location.search) {
    // on another page of the list the new job would not be seen
    history.pushState(null, "", "/jobs");
  }
  takeOver(answer, true, ok ? ["said", "add"] : ["add"]);
  tellDone();
  const command = document.getElementById("command");
  const choice = document.querySelector("#add .choices button");
  if (ok) {
    command.value = "";
    command.focus();
  } else {
    (choice ?? command).focus();
  }
}

/** Shows what an address asks, in a dialog; the focus goes back to where it was. */
export async function ask({ href }, back = document.activeElement, part = "question") {
  let question = null;
  try {
    const response = await fetch(href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    question = page.getElementById(part);
  } catch {
    complain("Bide does not answer. Try again when the page is live.");
    return;
  }
  if (!question) {
    location.assign(href);
    return;
  }
  if (document.querySelector("dialog[open]")) {
    return; // asked twice, answered late
  }
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", `${part}-title`);
  dialog.append(document.importNode(question, true));
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-keep]") || event.target === dialog) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected && back !== document.body) {
      back.focus();
    } else {
      document.getElementById("main").focus();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[data-keep]").focus();
}

/** Asks by a key, where the page itself has a way to it. */
export function askIfOffered(place, action) {
  const control = [...place.querySelectorAll("a[href], form[action]")].find((one) =>
    new URL(one.href ?? one.action, location.href).pathname.match(`^/jobs/\\d+/${action}$`),
  );
  if (control) {
    ask({ href: control.href ?? control.action });
  }
}
