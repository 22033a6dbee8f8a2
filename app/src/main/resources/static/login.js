// A one-time link carries its code behind the #, which no browser sends and no log keeps.

export async function logInFromFragment() {
  const form = document.getElementById("login");
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!form || !code) {
    return;
  }
  history.replaceState(null, "", location.pathname + location.search);
  const next = form.elements.namedItem("next").value;
  try {
    const response = await fetch("/login", {
      method: "POST",
      headers: { Accept: "text/html" },
      body: new URLSearchParams({ code, next }),
    });
    const arrived = new URL(response.url);
    if (response.ok && arrived.pathname !== "/login") {
      location.replace(arrived.pathname + arrived.search);
      return;
    }
  } catch {
    // said below
  }
  document.getElementById("problem-text").textContent =
    "This link has been used or is older than five minutes. bide open makes a new one.";
  document.getElementById("problem").hidden = false;
}
