// Lines at the foot of the window, where they move nothing: that the data is old, what went
// wrong with something that was just asked, and what was done.

function line(id, className, role) {
  let element = document.getElementById(id);
  if (!element) {
    element = document.createElement("div");
    element.id = id;
    element.className = className;
    element.setAttribute("role", role);
    document.body.append(element);
  }
  return element;
}

/** Says since when nothing is new; null takes it away. */
export function dated(text) {
  const element = line("dated", "toast bad", "status");
  element.hidden = text === null;
  if (element.textContent !== (text ?? "")) {
    element.textContent = text ?? "";
  }
}

let timer = null;

/** Says what went wrong, for ten seconds. */
export function complain(text) {
  const element = line("complaint", "toast bad", "alert");
  element.textContent = text;
  element.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (element.hidden = true), 10_000);
}

/** What the page says that was just done moves to the foot, where it pushes nothing away. */
export function tellDone() {
  const said = document.querySelector("main #said");
  if (said) {
    document.querySelector("body > #said")?.remove();
    said.classList.replace("say", "toast");
    document.body.append(said);
    setTimeout(() => said.remove(), 8_000);
  }
}
