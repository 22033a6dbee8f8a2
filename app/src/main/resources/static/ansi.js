// Colours of a terminal (SGR) as spans; every other sequence is dropped. Bounded: a line costs its
// length, and never more than 400 spans.

const MOST_SPANS = 400;
const SEQUENCE = /\x1b(?:\[([0-?]*)[ -\/]*([@-~])?|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -\/]*[0-~]?)/g;
// the same characters as VisibleText
const HIDDEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\xad\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** What a stretch of text looks like at the beginning of a log. */
export const PLAIN = Object.freeze({ fore: null, back: null, bold: false, faint: false, italic: false, under: false, strike: false, inverse: false });

export const visible = (text) =>
  text.replace(HIDDEN, (c) => {
    const code = c.charCodeAt(0);
    return code === 13 ? "\\r" : code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });

/** What stands behind the last carriage return that anything follows: progress bars rewrite. */
export function lastSegment(line) {
  let end = line.length;
  while (end > 0 && line[end - 1] === "\r") {
    end--;
  }
  return line.slice(end === 0 ? 0 : line.lastIndexOf("\r", end - 1) + 1, end);
}

/** Fills an element with a line and answers the style that goes on behind it. */
export function paint(element, line, style) {
  let now = style;
  let from = 0;
  let spans = 0;
  const put = (text) => {
    if (text) {
      element.append(spans++ < MOST_SPANS ? dressed(text, now) : visible(text));
    }
  };
  for (const match of line.matchAll(SEQUENCE)) {
    put(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") {
      now = apply(now, match[1]);
    }
  }
  put(line.slice(from));
  return now;
}

function dressed(text, style) {
  if (style === PLAIN) {
    return visible(text);
  }
  const span = document.createElement("span");
  span.textContent = visible(text);
  const classes = [];
  color(span, classes, style.back, "g", "--back");
  if (style.back === null) {
    color(span, classes, style.fore, "c", "--fore");
  }
  for (const name of ["bold", "faint", "italic", "under", "strike", "inverse"]) {
    if (style[name]) {
      classes.push(name);
    }
  }
  span.className = classes.join(" ");
  return span;
}

function color(span, classes, value, prefix, property) {
  if (typeof value === "number") {
    classes.push(prefix + value);
    if (prefix === "g") {
      classes.push("on");
    }
  } else if (value) {
    classes.push(prefix === "c" ? "fore" : "on", ...(prefix === "g" ? ["back"] : []));
    span.style.setProperty(property, value);
  }
}

function apply(style, parameters) {
  const codes = parameters === "" ? [0] : parameters.split(/[;:]/, 32).map(Number);
  let now = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) {
      now = { ...PLAIN };
    } else if (code === 1) {
      now.bold = true;
    } else if (code === 2) {
      now.faint = true;
    } else if (code === 3) {
      now.italic = true;
    } else if (code === 4) {
      now.under = true;
    } else if (code === 7) {
      now.inverse = true;
    } else if (code === 9) {
      now.strike = true;
    } else if (code === 22) {
      now.bold = now.faint = false;
    } else if (code === 23) {
      now.italic = false;
    } else if (code === 24) {
      now.under = false;
    } else if (code === 27) {
      now.inverse = false;
    } else if (code === 29) {
      now.strike = false;
    } else if (code === 39) {
      now.fore = null;
    } else if (code === 49) {
      now.back = null;
    } else if (code >= 30 && code <= 37) {
      now.fore = code - 30;
    } else if (code >= 40 && code <= 47) {
      now.back = code - 40;
    } else if (code >= 90 && code <= 97) {
      now.fore = code - 82;
    } else if (code >= 100 && code <= 107) {
      now.back = code - 92;
    } else if (code === 38 || code === 48) {
      const wide = codes[i + 1] === 2;
      const value = wide ? rgb(codes.slice(i + 2, i + 5)) : codes[i + 1] === 5 ? indexed(codes[i + 2]) : null;
      i += wide ? 4 : 2;
      now[code === 38 ? "fore" : "back"] = value;
    }
  }
  return Object.keys(PLAIN).every((name) => now[name] === PLAIN[name]) ? PLAIN : now;
}

function rgb(parts) {
  return parts.length === 3 && parts.every((part) => part >= 0 && part <= 255) ? `rgb(${parts.join(" ")})` : null;
}

function indexed(index) {
  if (!(index >= 0 && index <= 255)) {
    return null;
  }
  if (index < 16) {
    return index;
  }
  if (index >= 232) {
    const gray = 8 + (index - 232) * 10;
    return rgb([gray, gray, gray]);
  }
  const cube = index - 16;
  const level = (step) => (step === 0 ? 0 : 55 + step * 40);
  return rgb([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}
