// A lesson's page is the same for everyone; what is the student's own comes after it, each part in place of the one
// of the same id.
const mine = document.querySelector("[data-mine]");
const put = (html) => {
  for (const part of [...document.createRange().createContextualFragment(html).children]) {
    document.getElementById(part.id)?.replaceWith(part);
    window.htmx?.process(part);
  }
};
document.addEventListener("put", ({ detail }) => put(detail));
if (mine) {
  fetch(mine.dataset.mine, { headers: { "HX-Request": "true" } })
    .then((answer) => {
      mine.dataset.who = answer.headers.get("receptive-who") ?? "";
      return answer.ok ? answer.text() : Promise.reject(answer.status);
    })
    .then((html) => {
      put(html);
      document.dispatchEvent(new Event("mine"));
    })
    .catch(() => {}); // The page stays as it is for everyone, and every answer is still taken.
}
