// Tells the site that this page is in sight, for those who chose to be seen; and when it is left.
const EVERY = 25_000;
const course = location.pathname.match(/^\/courses\/([\w-]+)/)?.[1] ?? "";
let beats;

async function tell(gone) {
  const body = new URLSearchParams(gone ? { gone: "1" } : { course });
  const answer = await fetch("/nexus/here", { method: "POST", body, keepalive: true }).catch(() => null);
  if (answer?.status !== 404) return;
  localStorage.removeItem("seen");
  clearInterval(beats);
}

function turn() {
  clearInterval(beats);
  if (document.visibilityState !== "visible") return void tell(true);
  tell(false);
  beats = setInterval(tell, EVERY, false);
}

document.addEventListener("visibilitychange", turn);
addEventListener("pagehide", () => clearInterval(beats));
if (document.visibilityState === "visible") turn();
