// Sends what is unsaved when one turns away, and asks only where it still is when one leaves.
export function leaving(desk) {
  document.addEventListener("visibilitychange", () => document.hidden && desk.save({ leaving: true }));
  addEventListener("beforeunload", (event) => {
    if (desk.unsaved()) event.preventDefault();
  });
}
