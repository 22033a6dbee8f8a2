// Somebody reads what stands here: nothing moves until they say so. What they do themselves still shows.

let since = null;

export const isPaused = () => since !== null;

/** When it was paused, or null. */
export const pausedSince = () => since;

/** Each change is told by the event `pausechange`. */
export function offerPause() {
  const button = document.getElementById("pause");
  if (!button) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    since = since ? null : new Date();
    button.querySelector("span").textContent = since ? "Go on" : "Freeze";
    button.querySelector("use").setAttribute("href", since ? "#i-go" : "#i-paused");
    document.dispatchEvent(new Event("pausechange"));
  });
}
