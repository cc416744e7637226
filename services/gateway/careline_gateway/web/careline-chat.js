// <careline-chat tenant="shop"></careline-chat>: the web chat as a custom element. No dependencies, no build step.
//
//   tenant           which business (required)
//   src              address of the gateway; default: where this file came from
//   lang             labels in "en" or "zh"; default: the page's or the browser's language
//   customer-token   who the customer is, as the business's backend has signed it; without: an anonymous visitor
//   floating         a button in the corner of the page that opens the chat, instead of a box in place
//
// Methods: send(text), open(), close(). Events: careline-status {status}, careline-reply {turn}, careline-signed-out.

import { Conversation } from "./careline-client.js";
import { ConsentStrip } from "./careline-consent.js";
import { FRAME } from "./careline-frame.js";
import { STYLE } from "./careline-style.js";
import { WhoForm } from "./careline-who.js";
import { sourcesOf, wordsFor } from "./careline-words.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

class CarelineChat extends HTMLElement {
  static observedAttributes = ["tenant", "customer-token", "lang"];

  #root = this.attachShadow({ mode: "open" });
  #conversation = null;
  #shown = new Map(); // client id or position -> list item
  #words = wordsFor("en");
  #who;
  #consent;
  #lastSaid = ""; // by the customer

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
    // Constant markup of our own; whatever people write is set as textContent only.
    this.#root.innerHTML = FRAME;
    this.#who = new WhoForm(this.#part(".prove"), {
      conversation: () => this.#conversation,
      again: () => this.send(this.#lastSaid),
      done: () => this.#part("textarea").focus(),
    });
    this.#consent = new ConsentStrip(this.#part(".consent"), () => this.#conversation);
    this.#part(".compose").addEventListener("submit", (event) => this.#submit(event));
    this.#part("textarea").addEventListener("keydown", (event) => this.#key(event));
    this.#part("textarea").addEventListener("input", () => this.#grow());
    this.#part(".launcher").addEventListener("click", () => this.open());
    this.#part(".close").addEventListener("click", () => this.close());
    this.#part(".panel").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.hasAttribute("floating")) this.close();
    });
  }

  connectedCallback() {
    this.#label();
    this.#begin();
  }

  disconnectedCallback() {
    this.#conversation?.stop();
    this.#conversation = null;
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after) return;
    this.#label();
    if (name !== "lang") this.#begin();
  }

  /** Say something as the customer. */
  send(text) {
    const trimmed = text.trim();
    if (trimmed) this.#conversation?.send(trimmed);
  }

  /** Open the floating chat. */
  open() {
    this.toggleAttribute("open", true);
    this.#part(".launcher").setAttribute("aria-expanded", "true");
    this.#part("textarea").focus();
    this.#toEnd();
  }

  /** Close the floating chat; the conversation goes on. */
  close() {
    this.toggleAttribute("open", false);
    this.#part(".launcher").setAttribute("aria-expanded", "false");
    this.#part(".launcher").focus();
  }

  #begin() {
    this.#conversation?.stop();
    this.#shown.clear();
    this.#part(".log").replaceChildren();
    this.#conversation = null;
    this.#lastSaid = "";
    this.#who.hide();
    this.#consent.begin(false);
    if (!this.getAttribute("tenant")) return;
    this.#conversation = new Conversation({
      base: this.getAttribute("src") || new URL(".", import.meta.url).href,
      tenant: this.getAttribute("tenant"),
      customerToken: this.getAttribute("customer-token") || "",
      language: this.#words.language,
    });
    for (const kind of ["session", "message", "outgoing", "status", "typing", "connection", "signedout"]) {
      this.#conversation.addEventListener(kind, (event) => this[`_${kind}`](event.detail));
    }
    this.#conversation.start();
  }

  _session({ title, asksConsent }) {
    this.#consent.begin(asksConsent);
    const name = title[this.#words.language] || Object.values(title)[0] || "";
    this.#part(".title").textContent = name;
    this.#part(".avatar").textContent = [...name][0] || "";
    if (!this.#shown.size) this.#welcome();
  }

  _message(entry) {
    const own = entry.client_id && this.#shown.get(entry.client_id);
    const item = own || this.#bubble(entry.author);
    this.#shown.set(entry.client_id || entry.id, item);
    this.#fill(item, entry.text, new Date(entry.at), "sent");
    this.#cite(item, sourcesOf(entry, this.#words));
    if (entry.author === "customer") this.#lastSaid = entry.text;
    else if (entry.asks === "who") this.#who.offer();
    else this.#who.withdraw();
    if (entry.author !== "customer") {
      this.dispatchEvent(new CustomEvent("careline-reply", { detail: { turn: entry.turn }, bubbles: true }));
    }
    this.#toEnd();
  }

  _outgoing({ clientId, text, at, state, why }) {
    const item = this.#shown.get(clientId) || this.#bubble("customer");
    this.#shown.set(clientId, item);
    this.#fill(item, text, new Date(at), state, why);
    if (state === "failed") item.append(this.#retry(clientId));
    this.#toEnd();
  }

  _status({ status, live }) {
    this.setAttribute("data-status", status);
    this.#part(".status").textContent = this.#words.status[status];
    if (live || status !== "bot") this.#divider(this.#words.divider[status]);
    this.dispatchEvent(new CustomEvent("careline-status", { detail: { status }, bubbles: true }));
  }

  _typing({ active, stage }) {
    const typing = this.#part(".typing");
    const said = (active && this.#words.progress[stage]) || "";
    if (this.#part(".stage").textContent !== said) {
      this.#part(".stage").textContent = said;
      this.#toEnd();
    }
    if (typing.hidden !== active) return;
    typing.hidden = !active;
    typing.querySelector(".sr").textContent = active ? this.#words.typing : "";
    this.#toEnd();
  }

  _connection({ problem }) {
    const notice = this.#part(".notice");
    notice.textContent = problem ? this.#words.problem[problem] || this.#words.problem.offline : "";
    notice.hidden = !problem;
  }

  _signedout() {
    this.dispatchEvent(new CustomEvent("careline-signed-out", { bubbles: true }));
  }

  #label() {
    this.#words = wordsFor(this.getAttribute("lang") || document.documentElement.lang || navigator.language);
    const words = this.#words;
    this.#part(".panel").setAttribute("lang", words.language);
    this.#part(".panel").setAttribute("aria-label", words.chat);
    this.#part(".log").setAttribute("aria-label", words.messages);
    this.#part(".scroll").setAttribute("aria-label", words.messages);
    this.#part(".launcher").setAttribute("aria-label", words.open);
    this.#part(".close").setAttribute("aria-label", words.close);
    this.#part(".send").setAttribute("aria-label", words.send);
    this.#part("label[for=text]").textContent = words.write;
    this.#part("textarea").placeholder = words.write;
    this.#who.label(words.who);
    this.#consent.label(words.consent, words.language);
    this.#part(".status").textContent = words.status[this.getAttribute("data-status") || "bot"];
  }

  #welcome() {
    const item = this.#bubble("bot");
    item.classList.add("welcome");
    this.#fill(item, this.#words.welcome, null, "sent");
  }

  #bubble(author) {
    const item = document.createElement("li");
    item.className = author;
    const say = document.createElement("span");
    say.className = "sr";
    say.textContent = `${this.#words.author[author]}: `;
    const text = document.createElement("p");
    const time = document.createElement("time");
    item.append(say, text, time);
    this.#part(".log").append(item);
    return item;
  }

  #divider(words) {
    const last = this.#part(".log").lastElementChild;
    const item = last?.className === "divider" ? last : document.createElement("li");
    item.className = "divider";
    item.textContent = words;
    this.#part(".log").append(item);
    this.#toEnd();
  }

  #fill(item, text, at, state, why) {
    item.dataset.state = state;
    item.querySelector("p").textContent = text;
    const time = item.querySelector("time");
    if (at) time.dateTime = at.toISOString();
    const clock = at ? at.toLocaleTimeString(this.#words.language, { hour: "2-digit", minute: "2-digit" }) : "";
    time.textContent = state === "sent" ? clock : this.#words.state[why] || this.#words.state[state];
    item.querySelector(".retry")?.remove();
  }

  #cite(item, words) {
    const cite = Object.assign(document.createElement("cite"), { textContent: words });
    if (words) item.querySelector("p").after(cite);
  }

  #retry(clientId) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "retry";
    button.textContent = this.#words.retry;
    button.addEventListener("click", () => this.#conversation.retry(clientId));
    return button;
  }

  #submit(event) {
    event.preventDefault();
    const field = this.#part("textarea");
    this.send(field.value);
    field.value = "";
    this.#grow();
    field.focus();
  }

  #key(event) {
    // While an input method composes (Chinese, Japanese), Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#part(".compose").requestSubmit();
    }
  }

  #grow() {
    const field = this.#part("textarea");
    field.style.height = "auto";
    const borders = field.offsetHeight - field.clientHeight;
    field.style.height = `${Math.min(field.scrollHeight + borders, 132)}px`;
  }

  #toEnd() {
    const scroll = this.#part(".scroll");
    requestAnimationFrame(() => { scroll.scrollTop = scroll.scrollHeight; });
  }

  #part(selector) {
    return this.#root.querySelector(selector);
  }
}

customElements.define("careline-chat", CarelineChat);
