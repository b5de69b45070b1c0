// In place of the worker where the site's operator has turned keeping off: clears what was kept, and leaves.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  const leave = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("receptive-"));
    await Promise.all(names.map((name) => caches.delete(name)));
    await registration.unregister();
  };
  event.waitUntil(leave());
});
