// Remembers on this device which runs were looked at, and offers them to be compared with.
const KEY = "receptive.runs";
const MOST = 20;

function known() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // No storage, or something else in it.
  }
}

const page = document.querySelector("[data-run-of]");
if (page) {
  const run = { id: page.dataset.lab.replace("run/", ""), of: page.dataset.runOf, at: Date.now() };
  const others = known().filter((one) => one.id !== run.id);
  try {
    localStorage.setItem(KEY, JSON.stringify([run, ...others].slice(0, MOST)));
  } catch {
    // No storage: nothing is offered next time.
  }
  for (const list of document.querySelectorAll("[data-recent]")) {
    for (const one of others.filter(({ of }) => of === list.dataset.recent)) {
      const option = document.createElement("option");
      option.value = one.id;
      option.label = `looked at ${new Date(one.at).toLocaleString()}`;
      list.append(option);
    }
  }
}
