// What travels: server-sent events, refusals, tokens, ids.

/** Events of a text/event-stream body, one object {id, event, data} each. `alive` is called for every chunk. */
export async function* serverSent(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { id: "", event: "message", data: "" };
      for (const line of block.split("\n")) {
        const colon = line.indexOf(": ");
        if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
      }
      if (event.data) yield event;
    }
  }
}

/** A refusal of the gateway as an error with `status`, `code`, `tries` and `retryAfter` (seconds). */
export async function problem(response) {
  const error = new Error(`HTTP ${response.status}`);
  error.status = response.status;
  error.retryAfter = Number(response.headers.get("Retry-After")) || 0;
  try {
    const said = (await response.json()).error;
    error.code = said.code;
    error.tries = said.tries;
  } catch {
    error.code = undefined;
  }
  return error;
}

/** The customer a token names; only to tell stored conversations apart. */
export function subject(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub;
  } catch {
    return "";
  }
}

/** A fresh message id. */
export function newId() {
  // randomUUID exists on secure origins only.
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A promise and its resolver. */
export function withResolvers() {
  let resolve;
  const promise = new Promise((done) => { resolve = done; });
  return { promise, resolve };
}
