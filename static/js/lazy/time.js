// Counts the seconds for which this page is in front of the student and in use: in sight, in focus, and touched within
// the last two minutes. It reports its sum so far, so that a report that is lost or comes twice changes nothing.
const IDLE = 120_000;
const EVERY = 60;
const page = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
let touched = performance.now();
let seconds = 0;
let told = 0;

const report = () => {
  if (seconds === told) return;
  told = seconds;
  navigator.sendBeacon("/me/time/reports", new URLSearchParams({ page, seconds }));
};
for (const type of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"])
  addEventListener(type, () => (touched = performance.now()), { passive: true, capture: true });
setInterval(() => {
  if (document.hidden || !document.hasFocus() || performance.now() - touched > IDLE) return;
  seconds += 1;
  if (seconds - told >= EVERY) report();
}, 1000);
document.addEventListener("visibilitychange", () => document.hidden && report());
addEventListener("pagehide", report);
