// What can be completed, asked for once and again when one comes back to the page or has put a picture in.
export function words(desk) {
  let asked = null;
  const ask = () => {
    asked = fetch(desk.names).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
    asked.catch(() => {
      asked = null; // Without network nothing is offered; the next time asks again.
    });
    return asked;
  };
  for (const type of ["saved", "pictured"]) desk.on(type, () => (asked = null));
  return () => asked ?? ask();
}
