// The switch for the one key of the search that is a plain sign of the keyboard.
const slash = document.querySelector("[data-slash]");
if (slash) {
  slash.checked = localStorage.slash !== "off";
  slash.onchange = () => localStorage.setItem("slash", slash.checked ? "on" : "off");
}
