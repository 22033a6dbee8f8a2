// The log of one attempt: its end first, then what is written, then what stands before it when
// asked. Following never takes the scroll away from whoever reads.
import { PLAIN, lastSegment, paint } from "./ansi.js";
import { isPaused } from "./pause.js";
import { complain } from "./toast.js";

const TAIL_BYTES = 256 * 1024;
const TAIL_LINES = 1000;
const MOST_ROWS = 5000;
const MOST_ROWS_UNFOLLOWED = 20_000;
const MOST_BEHIND = 1024 * 1024;
const LONGEST_LINE = 10_000;
const NEWLINE = 10;
const SILENCE = 10_000;

/** Milliseconds that a browser takes at most to scroll by a page. */
const GLIDE = 1000;

/** Shows the log in its element and answers how to tell that there is more; null when none began. */
export function showLog(box) {
  return box.dataset.href ? new Log(box) : null;
}

class Log {
  #box;
  #href;
  #from = 0;
  #next = 0;
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #unfinished = "";
  #unfinishedRow = null;
  #style = PLAIN;
  #following = true;
  #heldUntil = 0;
  #unseen = 0;
  #lastTop = 0;
  #opened = false;
  #loading = null;
  #wanted = false;
  #final = false;
  #full = false;
  #pill = null;
  #toldAt = 0;

  constructor(box) {
    this.#box = box;
    this.#href = box.dataset.href;
    this.#following = true;
    const tick = document.getElementById("follow");
    document.getElementById("follow-box").hidden = box.dataset.open !== "true";
    tick.addEventListener("change", () => (tick.checked ? this.#follow() : this.#release()));
    this.#watchTheReader();
    this.#read();
  }

  /** There is more to read, or may be. */
  more(size = null) {
    if (isPaused() || this.#final || this.#full || (size !== null && size <= this.#next)) {
      return;
    }
    if (this.#loading) {
      this.#wanted = true;
      return;
    }
    this.#read();
  }

  /** What the server wrote into the page counts as nothing: until a tail was read, it is still to be read. */
  #read() {
    const reading = this.#opened ? this.#readOn() : this.#openAtTheEnd();
    this.#loading = reading.finally(() => this.#finished());
  }

  #finished() {
    // a breath between two requests lets a fast writer fill the next one
    setTimeout(() => {
      this.#loading = null;
      if (this.#wanted) {
        this.#wanted = false;
        this.more();
      }
    }, 150);
  }

  async #openAtTheEnd() {
    // a range of an empty log would be an error, so what is empty is asked for as a whole
    const part = await this.#fetch(this.#box.dataset.size === "0" ? null : `bytes=-${TAIL_BYTES}`);
    if (!part || isPaused()) {
      return;
    }
    this.#opened = true;
    const cut = firstOfLastLines(part.bytes, TAIL_LINES, part.start > 0);
    this.#box.textContent = "";
    this.#from = part.start + cut;
    this.#next = part.start + part.bytes.length;
    this.#decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    this.#unfinished = "";
    this.#unfinishedRow = null;
    this.#style = PLAIN;
    this.#full = false;
    this.#offerEarlier();
    this.#append(part.bytes.subarray(cut));
    this.#sayIfEmpty();
    this.#toTheEnd();
    this.#final = part.final;
    if (part.final) {
      document.getElementById("follow-box").hidden = true;
    }
    if (!part.final && part.size > this.#next) {
      this.#wanted = true;
    }
  }

  async #readOn() {
    // with the last byte that is known, so that there is always one to send
    const part = await this.#fetch(this.#next === 0 ? null : `bytes=${this.#next - 1}-`);
    if (!part || isPaused()) { // it is read when the page goes on
      return;
    }
    const known = this.#next - part.start;
    if (known > 0) {
      part.bytes = part.bytes.subarray(known);
      part.start += known;
    }
    if (part.bytes.length > 0) {
      this.#next = part.start + part.bytes.length;
      this.#append(part.bytes);
    }
    this.#sayIfEmpty();
    this.#final = part.final && this.#next >= part.size;
    if (this.#final) {
      document.getElementById("follow-box").hidden = true;
    }
  }

  /** Bytes of the log with where they begin; null when there is no answer. Null asks for all. */
  async #fetch(range) {
    try {
      return await this.#ask(range);
    } catch {
      // nobody answered, or the answer broke off
      return null;
    }
  }

  async #ask(range) {
    const response = await fetch(this.#href, { headers: range ? { Range: range } : {} });
    const size = Number(response.headers.get("Bide-Log-Size") ?? 0);
    const final = response.headers.get("Bide-Log-Final") === "true";
    if (response.status === 416) {
      return { start: this.#next, bytes: new Uint8Array(0), size, final };
    }
    if (!response.ok) {
      return null;
    }
    const behind = Number(response.headers.get("Content-Length") ?? 0);
    if (behind > MOST_BEHIND && !range?.startsWith("bytes=-")) {
      // it writes faster than anybody reads: go on at its end
      await response.body?.cancel();
      return this.#skip(size);
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    const place = /bytes (\d+)-/.exec(response.headers.get("Content-Range") ?? "");
    return { start: place ? Number(place[1]) : 0, bytes, size, final };
  }

  async #skip(size) {
    const part = await this.#fetch(`bytes=-${TAIL_BYTES}`);
    if (!part || isPaused()) {
      return null;
    }
    const cut = firstOfLastLines(part.bytes, TAIL_LINES, true);
    this.#closeUnfinished();
    const row = document.createElement("div");
    row.className = "cut";
    row.textContent = `… ${(part.start + cut - this.#next).toLocaleString("en")} bytes left out here; the whole log has them`;
    this.#box.append(row);
    return { ...part, start: part.start + cut, bytes: part.bytes.subarray(cut), size };
  }

  #append(bytes) {
    const text = this.#unfinished + this.#decoder.decode(bytes, { stream: true });
    const lines = text.split("\n");
    this.#unfinished = lines.pop();
    const rows = document.createDocumentFragment();
    let row = this.#unfinishedRow;
    let added = 0;
    for (const line of lines) {
      if (row) {
        row.textContent = "";
      } else {
        row = rows.appendChild(document.createElement("div"));
        added++;
      }
      this.#style = fill(row, line, this.#style);
      row = null;
    }
    if (this.#unfinished) {
      this.#unfinished = shorten(this.#unfinished);
      if (row) {
        row.textContent = "";
      } else {
        row = rows.appendChild(document.createElement("div"));
        added++;
      }
      fill(row, this.#unfinished, this.#style);
    }
    this.#unfinishedRow = row;
    if (this.#box.querySelector(".log-none")) {
      this.#box.textContent = "";
      this.#offerEarlier();
    }
    this.#box.append(rows);
    document.getElementById("log-size").textContent = size(this.#next);
    if (this.#following) {
      this.#dropOldest();
      this.#toTheEnd();
    } else {
      this.#unseen += added;
      this.#full = this.#box.childElementCount > MOST_ROWS_UNFOLLOWED;
      this.#showPill();
    }
  }

  #closeUnfinished() {
    this.#unfinished = "";
    this.#unfinishedRow = null;
    this.#style = PLAIN;
    this.#decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  }

  #dropOldest() {
    let over = this.#box.childElementCount - MOST_ROWS;
    if (over <= 0) {
      return;
    }
    while (over-- > 0) {
      this.#box.firstElementChild.remove();
    }
    // where the first row begins is no longer known to the byte
    this.#from = -1;
    this.#offerEarlier();
  }

  #sayIfEmpty() {
    if (this.#box.childElementCount === 0) {
      const none = document.createElement("div");
      none.className = "log-none";
      none.textContent = this.#box.dataset.none;
      this.#box.append(none);
    }
  }

  #offerEarlier() {
    this.#box.querySelector(":scope > .earlier")?.remove();
    if (this.#from === 0) {
      return;
    }
    const row = document.createElement("div");
    row.className = "cut earlier";
    if (this.#from < 0) {
      row.textContent = "Earlier lines are in the whole log.";
    } else {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = "Show earlier lines";
      button.addEventListener("click", () => this.#earlier());
      row.append(button);
    }
    this.#box.prepend(row);
  }

  async #earlier() {
    const start = Math.max(0, this.#from - TAIL_BYTES);
    const part = await this.#fetch(`bytes=${start}-${this.#from - 1}`);
    if (!part) {
      complain("Bide does not answer. Try again when the page is live.");
      return;
    }
    this.#release();
    const cut = part.start > 0 ? part.bytes.indexOf(NEWLINE) + 1 : 0;
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(part.bytes.subarray(cut));
    const rows = document.createDocumentFragment();
    let style = PLAIN;
    for (const line of (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n")) {
      style = fill(rows.appendChild(document.createElement("div")), line, style);
    }
    const first = rows.firstElementChild;
    const height = this.#box.scrollHeight;
    const top = this.#box.scrollTop;
    this.#box.querySelector(":scope > .earlier")?.remove();
    this.#box.prepend(rows);
    this.#from = part.start + cut;
    this.#offerEarlier();
    this.#box.scrollTop = top + this.#box.scrollHeight - height;
    this.#lastTop = this.#box.scrollTop;
    if (first) {
      this.#box.focus({ preventScroll: true });
    }
  }

  // ---- following

  #watchTheReader() {
    const box = this.#box;
    box.addEventListener(
      "scroll",
      () => {
        const top = box.scrollTop;
        if (top < this.#lastTop - 1) {
          if (performance.now() < this.#heldUntil) {
            this.#toTheEnd();
            return;
          }
          this.#release();
        } else if (this.#atTheEnd() && !this.#following && !selecting(box)) {
          this.#follow();
        }
        this.#lastTop = top;
      },
      { passive: true },
    );
    box.addEventListener(
      "wheel",
      (event) => {
        if (event.deltaY < 0) {
          this.#heldUntil = 0;
          this.#release();
        }
      },
      { passive: true },
    );
    box.addEventListener("keydown", (event) => {
      if (["ArrowUp", "PageUp", "Home"].includes(event.key) || (event.key === " " && event.shiftKey)) {
        this.#heldUntil = 0;
        this.#release();
      } else if (event.key === "End") {
        // the browser may still be on its way up, smoothly, because of a key before
        this.#heldUntil = performance.now() + GLIDE;
        this.#follow();
      }
    });
    document.addEventListener("selectionchange", () => selecting(box) && this.#release());
  }

  #atTheEnd() {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < 4;
  }

  #release() {
    if (this.#following && this.#box.scrollHeight > this.#box.clientHeight) {
      this.#following = false;
      document.getElementById("follow").checked = false;
    }
  }

  #follow() {
    this.#following = true;
    this.#unseen = 0;
    document.getElementById("follow").checked = true;
    this.#pill?.remove();
    this.#pill = null;
    this.#dropOldest();
    this.#toTheEnd();
    if (this.#full) {
      this.#full = false;
      this.more();
    }
  }

  #toTheEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#lastTop = this.#box.scrollTop;
  }

  /** To those who hear the page: now and then, never line by line. */
  #tell(text) {
    if (performance.now() - this.#toldAt > SILENCE) {
      this.#toldAt = performance.now();
      document.getElementById("log-told").textContent = text;
    }
  }

  #showPill() {
    if (this.#unseen === 0) {
      return;
    }
    if (!this.#pill) {
      this.#pill = document.createElement("button");
      this.#pill.type = "button";
      this.#pill.className = "pill";
      this.#pill.addEventListener("click", () => {
        getSelection()?.removeAllRanges();
        this.#follow();
        this.#box.focus({ preventScroll: true });
      });
      this.#box.after(this.#pill);
    }
    const many = this.#full ? `More than ${this.#unseen.toLocaleString("en")}` : this.#unseen.toLocaleString("en");
    this.#tell(`${many} new lines`);
    this.#pill.textContent = `${many} new ${this.#unseen === 1 ? "line" : "lines"} · Follow`;
  }
}

/** The same words as Wording.size. */
function size(bytes) {
  if (bytes < 1000) {
    return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  }
  let value = bytes;
  for (const unit of ["kB", "MB", "GB"]) {
    value /= 1000;
    if (value < 999.5) {
      return `${value.toFixed(value < 9.95 ? 1 : 0)} ${unit}`;
    }
  }
  return `${(value / 1000).toFixed(1)} TB`;
}

function fill(row, line, style) {
  const last = lastSegment(line);
  if (last.length <= LONGEST_LINE) {
    return paint(row, last, style);
  }
  const after = paint(row, last.slice(0, LONGEST_LINE), style);
  const note = document.createElement("span");
  note.className = "cut";
  note.textContent = ` … ${(last.length - LONGEST_LINE).toLocaleString("en")} more characters`;
  row.append(note);
  return after;
}

/** An unfinished line keeps what is shown of it, however long it goes on being rewritten. */
function shorten(line) {
  const last = lastSegment(line);
  return line.endsWith("\r") ? `${last}\r` : last;
}

/** Where the last so many lines begin. */
function firstOfLastLines(bytes, lines, fromTheMiddle) {
  let found = 0;
  for (let i = bytes.length - 2; i >= 0; i--) {
    if (bytes[i] === NEWLINE && ++found === lines) {
      return i + 1;
    }
  }
  return fromTheMiddle ? bytes.indexOf(NEWLINE) + 1 : 0;
}

function selecting(box) {
  const selection = getSelection();
  return !!selection && !selection.isCollapsed && box.contains(selection.anchorNode);
}
