// Two lines at the foot of the window, where they move nothing: that the data is old, and what went
// wrong with something that was just asked.

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
