// Sends a draft: saved, newer (somebody, or another tab, was quicker), refused in words, or missed on the way.
// Milliseconds to wait: for a pause in typing, or ever longer for a server that was missed so often.
export const pause = (misses) => (misses ? Math.min(30_000, 1000 * 2 ** misses) : 80);

export async function put(url, draft, leaving) {
  try {
    const answer = await fetch(url, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(draft),
      keepalive: leaving && draft.text.length < 20_000,
    });
    if (answer.status >= 500 || answer.status === 429) return { kind: "missed" };
    const said = await answer.json();
    if (answer.ok) return { kind: "saved", said };
    if ([401, 403, 404].includes(answer.status))
      said.detail = inWords("You are signed out, or may no longer write here. Sign in in another tab, then type on.");
    return { kind: answer.status === 409 ? "newer" : "refused", said };
  } catch {
    return { kind: "missed" };
  }
}
