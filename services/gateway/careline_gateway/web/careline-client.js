// A conversation over the web-chat API: session, event stream with resume, sends that survive reloads.
//
// Events: session {title, asksConsent}, message {entry}, outgoing {clientId, text, at, state, why}, status {status, live},
// typing {active, stage}, connection {problem}, signedout.

import { newId, problem, serverSent, subject, withResolvers } from "./careline-wire.js";

const SILENCE_MS = 45_000; // the gateway says something every 15 s
const FIRST_RETRY_MS = 400;
const LONGEST_RETRY_MS = 10_000;
const PERMANENT = new Set(["unknown_tenant", "token_invalid", "token_expired", "origin"]);

export class Conversation extends EventTarget {
  #base;
  #tenant;
  #customerToken;
  #language;
  #session = null;
  #stopped = new AbortController();
  #last = 0;
  #live = 0; // entries up to here are history
  #status = "bot";
  #awaited = null; // the turn that has no reply yet
  #stage = null; // what is being done for it, when that takes long
  #outbox = [];
  #sending = false;
  #wake = () => {};

  constructor({ base, tenant, customerToken, language }) {
    super();
    this.#base = base.endsWith("/") ? base : `${base}/`;
    this.#tenant = tenant;
    this.#customerToken = customerToken;
    this.#language = language;
  }

  /** Connect, and stay connected until `stop`. */
  async start() {
    this.#load();
    addEventListener("online", () => this.#wake(), { signal: this.#stopped.signal });
    let delay = FIRST_RETRY_MS;
    while (!this.#stopped.signal.aborted) {
      try {
        if (!this.#session?.fresh) await this.#open();
        this.#emit("connection", { problem: null });
        delay = FIRST_RETRY_MS;
        this.#flush();
        await this.#follow();
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        if (PERMANENT.has(error.code)) return this.#end(error.code);
        this.#emit("connection", { problem: error.code || "offline" });
        await this.#pause(Math.max(delay, (error.retryAfter || 0) * 1000));
        delay = Math.min(delay * 2, LONGEST_RETRY_MS);
      }
    }
  }

  stop() {
    this.#stopped.abort();
    this.#wake();
  }

  /** Queue a message; it is sent in order, with the same id however often it takes. */
  send(text) {
    const message = { clientId: newId(), text, at: Date.now() };
    this.#outbox.push(message);
    this.#save();
    this.#emit("outgoing", { ...message, state: "sending" });
    this.#flush();
  }

  /** Send a failed message once more. */
  retry(clientId) {
    const message = this.#outbox.find((item) => item.clientId === clientId);
    if (!message) return;
    message.failed = undefined;
    this.#emit("outgoing", { ...message, state: "sending" });
    this.#flush();
  }

  /** How codes can be sent, what does not get through, and by what it is proven who the customer is. */
  recognition() {
    return this.#ask("GET", "recognition");
  }

  /** Have a code sent to whom `identifier` names. */
  askCode(identifier, via) {
    return this.#ask("POST", "recognition", { identifier, via });
  }

  giveCode(code) {
    return this.#ask("POST", "recognition/code", { code });
  }

  /** What is asked about the use of this chat, and the answer so far. */
  consent() {
    return this.#ask("GET", "consent");
  }

  choose(given, wording, language) {
    return this.#ask("PUT", "consent", { given, wording, language });
  }

  #ask(method, what, body) {
    const path = `v1/conversations/${encodeURIComponent(this.#session.conversation)}/${what}`;
    return this.#call(method, path, this.#session.token, body);
  }

  async #open() {
    const stored = this.#session;
    const wanted = { tenant: this.#tenant, language: this.#language };
    let answer;
    try {
      const token = stored ? stored.token : this.#customerToken;
      answer = await this.#call("POST", "v1/sessions", token, stored ? { ...wanted, conversation: stored.conversation } : wanted);
    } catch (error) {
      const gone = stored && (error.code === "unknown_conversation" || error.code?.startsWith("token_"));
      if (!gone) throw error;
      this.#session = null;
      this.#last = 0;
      answer = await this.#call("POST", "v1/sessions", this.#customerToken, wanted);
    }
    this.#session = { conversation: answer.conversation, token: answer.token, fresh: true };
    this.#live = Math.max(this.#live, answer.last);
    this.#save();
    this.#emit("session", { title: answer.title, asksConsent: answer.asks_consent });
    for (const message of this.#outbox) this.#emit("outgoing", { ...message, state: "sending" });
  }

  async #follow() {
    const url = `${this.#base}v1/conversations/${encodeURIComponent(this.#session.conversation)}/events`;
    const silence = new AbortController();
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
    };
    alive();
    try {
      const response = await fetch(url, {
        headers: { Authorization: `Bearer ${this.#session.token}`, "Last-Event-ID": String(this.#last) },
        signal: AbortSignal.any([this.#stopped.signal, silence.signal]),
        cache: "no-store",
      });
      if (!response.ok) throw await problem(response);
      for await (const event of serverSent(response.body, alive)) this.#receive(event);
    } catch (error) {
      if (error.status === 401 || error.status === 404) this.#session.fresh = false;
      throw error;
    } finally {
      clearTimeout(timer);
    }
    // The gateway ended the stream: it restarts, or the token's time is over.
    this.#session.fresh = false;
  }

  #receive({ id, event, data }) {
    const entry = JSON.parse(data);
    if (event === "progress") {
      if (entry.turn === this.#awaited) this.#stage = entry.stage;
      return this.#tellTyping();
    }
    if (entry.id <= this.#last) return;
    this.#last = entry.id;
    if (event === "status") {
      this.#status = entry.status;
      this.#emit("status", { status: entry.status, live: entry.id > this.#live });
    } else if (event === "message") {
      if (entry.author === "customer") this.#stored(entry);
      else if (!entry.turn || entry.turn === this.#awaited) this.#await(null);
      this.#emit("message", entry);
    }
    this.#tellTyping();
  }

  #stored(entry) {
    this.#outbox = this.#outbox.filter((item) => item.clientId !== entry.client_id);
    this.#save();
    this.#await(entry.turn);
  }

  #await(turn) {
    if (turn !== this.#awaited) this.#stage = null;
    this.#awaited = turn;
  }

  #tellTyping() {
    this.#emit("typing", { active: this.#awaited !== null && this.#status === "bot", stage: this.#stage });
  }

  async #flush() {
    if (this.#sending) return;
    this.#sending = true;
    let delay = FIRST_RETRY_MS;
    try {
      let message;
      while (!this.#stopped.signal.aborted && this.#session?.fresh && (message = this.#outbox.find((item) => !item.failed))) {
        try {
          const path = `v1/conversations/${encodeURIComponent(this.#session.conversation)}/messages`;
          const body = { client_id: message.clientId, text: message.text };
          const { turn } = await this.#call("POST", path, this.#session.token, body);
          this.#accepted(message, turn);
          delay = FIRST_RETRY_MS;
        } catch (error) {
          if (this.#stopped.signal.aborted) return;
          if (!this.#outbox.includes(message)) continue; // it arrived, only the answer did not
          if (error.status === 401 || error.status === 404) {
            this.#session.fresh = false; // the stream notices too, and opens the session again
            return;
          }
          if (error.status >= 400 && error.status < 500 && error.status !== 429) {
            message.failed = error.code;
            this.#save();
            this.#emit("outgoing", { ...message, state: "failed", why: error.code });
            continue;
          }
          this.#emit("outgoing", { ...message, state: "waiting" });
          await this.#pause(Math.max(delay, (error.retryAfter || 0) * 1000));
          delay = Math.min(delay * 2, LONGEST_RETRY_MS);
        }
      }
    } finally {
      this.#sending = false;
    }
  }

  #accepted(message, turn) {
    // The stream may have brought the message, or even its reply, before this answer arrived.
    if (!this.#outbox.includes(message)) return;
    this.#outbox = this.#outbox.filter((item) => item !== message);
    this.#save();
    this.#emit("outgoing", { ...message, state: "sent" });
    this.#await(turn);
    this.#tellTyping();
  }

  async #call(method, path, token, body) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(10_000)]);
    const response = await fetch(this.#base + path, { method, headers, body: JSON.stringify(body), signal });
    if (!response.ok) throw await problem(response);
    return response.json();
  }

  #end(code) {
    this.#session = null;
    this.#emit("connection", { problem: code });
    if (code.startsWith("token_")) this.#emit("signedout", {});
  }

  #pause(ms) {
    const { promise, resolve } = withResolvers();
    const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2));
    this.#wake = () => { clearTimeout(timer); resolve(); };
    return promise;
  }

  #emit(kind, detail) {
    if (!this.#stopped.signal.aborted) this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  get #storageKey() {
    return `careline:${this.#base}:${this.#tenant}:${subject(this.#customerToken)}`;
  }

  #load() {
    try {
      const stored = JSON.parse(localStorage.getItem(this.#storageKey)) || {};
      if (stored.token && stored.conversation) this.#session = { ...stored, outbox: undefined, fresh: false };
      this.#outbox = stored.outbox || [];
    } catch {
      // No storage, or not ours: a new conversation.
    }
  }

  #save() {
    try {
      const { conversation, token } = this.#session || {};
      localStorage.setItem(this.#storageKey, JSON.stringify({ conversation, token, outbox: this.#outbox }));
    } catch {
      // Private windows may have no storage; then a reload starts anew.
    }
  }
}
