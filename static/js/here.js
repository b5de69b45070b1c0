// Whoever chose to be seen is seen on every page; a Nexus page says what they chose.
const choice = document.querySelector("[data-seen]")?.dataset.seen;
if (choice === "") localStorage.removeItem("seen");
if (choice) localStorage.setItem("seen", choice);
if (localStorage.getItem("seen")) import("./lazy/here.js");
