// Stands first among the scripts, which all say what they say with it:
// inWords("Row %(row)s", { row }): the words in the page's language; English where its catalogue lacks them.
{
  const catalogue = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
  globalThis.inWords = (text, values = {}) =>
    (catalogue[text] || text).replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? all);
}
