// Sends the answers that wait, one after the other and one sender at a time. Each has the key that was made when it was
// given, so that the server counts it once, however often it arrives.
{
  const PATIENCE = 20_000;
  const KIND = "application/x-www-form-urlencoded";

  // Whether the network is not there, and in how many seconds to try again; nothing where the server has decided.
  async function send(entry) {
    const headers = { "Content-Type": KIND, "HX-Request": "true", ...(entry.who && { "Receptive-Who": entry.who }) };
    let answer;
    let html;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      answer = await fetch(entry.url, { method: "POST", body: entry.body, headers, signal });
      html = await answer.text();
    } catch {
      return { lost: true, pause: 15 };
    }
    // The page of a hotel's network, say, is no answer.
    const ours = answer.headers.get("content-security-policy")?.startsWith("default-src 'none'");
    if (!ours || answer.redirected) return { lost: true, pause: 15 };
    const { status } = answer;
    if (status === 429 || status >= 500) return { pause: Number(answer.headers.get("retry-after")) || 30 };
    if (status === 409) await unsentAnswers.put({ ...entry, state: "ask" });
    else if (!answer.ok) await unsentAnswers.put({ ...entry, state: "refused", says: html });
    else if (html.includes("data-measuring")) {
      // A network as an answer is measured first; it waits here until that is recorded.
      unsentAnswers.tell({ key: entry.key, html });
      return { pause: 5 };
    } else await unsentAnswers.drop(entry.key, html);
  }

  async function round() {
    let pause = 0;
    for (const entry of (await unsentAnswers.all()).filter(({ state }) => state === "waiting")) {
      const later = await send(entry);
      pause = Math.max(pause, later?.pause ?? 0);
      if (later?.lost) break;
    }
    return pause;
  }

  // Gives the seconds after which it is worth trying again, or 0 where nothing waits.
  unsentAnswers.flush = () => (navigator.locks ? navigator.locks.request("receptive-waiting", round) : round());
}
