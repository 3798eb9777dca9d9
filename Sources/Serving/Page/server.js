// What the page asks its server, and nobody else.

/** The server's "no". */
export class Refusal extends Error {
  constructor(status, error) {
    super(error?.message ?? "");
    this.status = status;
    this.code = error?.code;
  }
}

async function call(path, body, signal) {
  const headers = { "content-type": "application/json" };
  const key = sessionStorage.getItem("key");
  if (key) headers.authorization = `Bearer ${key}`;
  const response = await fetch(path, {
    method: body ? "POST" : "GET", headers, signal, body: body && JSON.stringify(body),
  });
  if (response.ok) return response.json();
  // What stands between this page and the server may refuse in other words than JSON.
  const answer = await response.json().catch(() => null);
  signal?.throwIfAborted();
  throw new Refusal(response.status, answer?.error);
}

export const listIndexes = async (signal) => (await call("v1/indexes", null, signal)).data;

/** Searches an index; the answer says how many results were asked for. */
export async function ask(view, limit, signal) {
  const answer = await call("v1/search", {
    query: view.question, index: view.index || undefined, mode: view.mode || undefined, limit,
    one_per_document: view.isOnePerDocument,
  }, signal);
  return { ...answer, limit };
}

/** Ranks passages, in the form of a search. */
export async function rank(query, passages, signal) {
  const start = performance.now();
  const { scores, order } = await call("similarity", { query, passages }, signal);
  const total = performance.now() - start;
  return {
    abstained: false, timings: { embed: total, dense: 0, lexical: 0, fetch: 0, total },
    hits: order.map((place, index) => ({
      rank: index + 1, score: scores[place], text: passages[place], path: "", heading: "",
      snippet: { text: passages[place], marks: [] }, metadata: {},
      explanation: { cosine: scores[place] },
    })),
  };
}
