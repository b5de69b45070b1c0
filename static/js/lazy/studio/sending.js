// Sends a draft: saved, newer (somebody, or another tab, was quicker), refused in words, or missed on the way.
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
    return { kind: answer.status === 409 ? "newer" : "refused", said };
  } catch {
    return { kind: "missed" };
  }
}
