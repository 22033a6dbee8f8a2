// What the times of the form come to, while they are typed. The server works it out, and says the
// same by a button without this module.
import { patch } from "./patch.js";
import { dress } from "./time.js";

const PAUSE_IN_TYPING = 250;

export function previewPlan(form) {
  let timer = null;
  let asked = null;

  const show = (fresh) => {
    dress(fresh);
    patch(document.getElementById("preview"), fresh.getElementById("preview"));
    // who is typing is told in the preview; beside the field only what stands there already changes
    for (const old of form.querySelectorAll(".plan-when p.wrong, .plan-more p.wrong")) {
      const now = fresh.getElementById(old.id);
      const field = document.getElementById(old.id.replace(/-wrong$/, ""));
      if (now) {
        old.textContent = now.textContent;
      } else {
        field?.removeAttribute("aria-invalid");
        old.remove();
      }
    }
  };

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const response = await fetch("/schedule-preview", {
        method: "POST",
        headers: { Accept: "text/html" },
        body: new URLSearchParams(new FormData(form)),
        signal: asked.signal,
      });
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      if (fresh.getElementById("preview")) {
        show(fresh);
      }
    } catch {
      // a newer question took its place, or Bide does not answer: what is shown stays
    }
  };

  // the answer to the form itself is newer than what was asked while it was typed
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asked?.abort();
  });
  form.addEventListener("input", (event) => {
    if (event.target.closest(".plan-when, .plan-more")) {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE_IN_TYPING);
    }
  });
}
