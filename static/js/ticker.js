// The tape remembers that it was paused. The pause itself is the style sheet's.
const pause = document.getElementById("ticker-pause");
if (pause) {
  try {
    pause.checked = localStorage.getItem("ticker") === "paused";
  } catch {
    // Storage may be refused; the tape then forgets.
  }
  pause.addEventListener("change", () => {
    try {
      localStorage.setItem("ticker", pause.checked ? "paused" : "moving");
    } catch {
      // As above.
    }
  });
}
