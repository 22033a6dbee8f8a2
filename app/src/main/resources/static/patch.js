// Makes one tree like another and leaves alone whatever is the same already: a click in flight, the
// selection and the focus survive. Children are matched by data-key or id, then by their order.

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset?.key || node.id || null : null);

const alike = (one, other) =>
  one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

/** Makes `old` like `fresh`, which is of another document and may be taken apart. */
export function patch(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) {
      old.data = fresh.data;
    }
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE || old.isEqualNode(fresh)) {
    return;
  }
  patchAttributes(old, fresh);
  patchChildren(old, fresh);
}

function patchAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
    }
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name)) {
      old.removeAttribute(name);
    }
  }
  if (old instanceof HTMLInputElement && ["checkbox", "radio"].includes(old.type)) {
    old.checked = fresh.hasAttribute("checked");
  } else if (old instanceof HTMLInputElement) {
    old.value = fresh.getAttribute("value") ?? "";
  }
}

function patchChildren(old, fresh) {
  const wantedKeys = new Set([...fresh.children].map(keyOf));
  const known = new Map();
  for (const child of [...old.children]) {
    const key = keyOf(child);
    if (key && !wantedKeys.has(key)) {
      child.remove();
    } else if (key) {
      known.set(key, child);
    }
  }
  let place = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    const same = key ? known.get(key) : place && !keyOf(place) ? place : null;
    if (!same || !alike(same, wanted)) {
      old.insertBefore(document.importNode(wanted, true), place);
      continue;
    }
    if (same === place) {
      place = place.nextSibling;
    } else {
      old.insertBefore(same, place);
    }
    patch(same, wanted);
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}
