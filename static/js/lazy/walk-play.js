// A step-through that goes on by itself, and reads itself aloud where that is asked for, by the browser's own voice.
const WORD = 340;
const LEAST = 2500;
const timers = new WeakMap();
const voice = window.speechSynthesis;

const pressed = (walk, name) => walk.querySelector(`[data-${name}]`).getAttribute("aria-pressed") === "true";
const words = (walk) => walk.querySelector("[data-said]").textContent.trim();

function press(walk, name, on) {
  const button = walk.querySelector(`[data-${name}]`);
  button.setAttribute("aria-pressed", on);
  if (name === "play") button.querySelector("span").textContent = on ? inWords("Pause") : inWords("Play");
}

function onward(walk) {
  if (!pressed(walk, "play")) return;
  if (walk.at < walk.last) walk.go(walk.at + 1);
  else press(walk, "play", false);
}

// Says the step, if that is wanted, and goes on when it is said or has had time to be read.
function tell(walk) {
  clearTimeout(timers.get(walk));
  const speed = Number(walk.querySelector("[data-speed]").value);
  voice?.cancel();
  if (voice && pressed(walk, "speak")) {
    const said = new SpeechSynthesisUtterance(words(walk));
    said.lang = document.documentElement.lang;
    said.rate = speed;
    said.addEventListener("end", () => onward(walk));
    voice.speak(said);
  } else if (pressed(walk, "play")) {
    const long = Math.max(LEAST, words(walk).split(/\s+/).length * WORD) / speed;
    timers.set(
      walk,
      setTimeout(() => onward(walk), long),
    );
  }
}

for (const button of document.querySelectorAll("[data-speak]")) button.hidden = !voice;
document.addEventListener("walk:step", ({ target }) => tell(target));
document.addEventListener("click", ({ target }) => {
  const button = target.closest("walk-through :is([data-play], [data-speak])");
  if (!button) return;
  const walk = button.closest("walk-through");
  const name = "play" in button.dataset ? "play" : "speak";
  press(walk, name, !pressed(walk, name));
  if (name === "play" && pressed(walk, "play") && walk.at === walk.last) walk.go(1);
  else tell(walk);
});
addEventListener("pagehide", () => voice?.cancel());
