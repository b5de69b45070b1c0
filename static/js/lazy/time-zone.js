// Where no time zone was chosen yet, the browser's own is put forward; it counts only once it is kept.
const choice = document.querySelector("[data-suggest-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (choice && [...choice.options].some((option) => option.value === zone)) {
  choice.value = zone;
  choice.parentElement.querySelector("[data-suggested]").hidden = false;
}
