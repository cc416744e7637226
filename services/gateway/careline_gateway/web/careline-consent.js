// Whether what is said here may be used for training: asked where the business asks, shown and changed at any time.

export class ConsentStrip {
  #strip;
  #conversation;
  #words;
  #state = null;
  #changing = false;

  constructor(strip, conversation) {
    this.#strip = strip;
    this.#conversation = conversation;
    this.#part(".yes").addEventListener("click", () => this.#choose(true));
    this.#part(".no").addEventListener("click", () => this.#choose(false));
    this.#part(".change").addEventListener("click", () => {
      this.#changing = true;
      this.#show();
      this.#part(".yes").focus();
    });
  }

  label(words, language) {
    this.#words = { ...words, language };
    this.#strip.setAttribute("aria-label", words.title);
    this.#part(".yes").textContent = words.yes;
    this.#part(".no").textContent = words.no;
    this.#part(".change").textContent = words.change;
    this.#show();
  }

  /** The session has begun; `asks`: whether the business asks. */
  async begin(asks) {
    if (!asks) {
      this.#state = null;
      return this.#show();
    }
    try {
      this.#state = await this.#conversation().consent();
    } catch {
      this.#state = null; // nobody is asked what could not be kept
    }
    this.#show();
  }

  async #choose(given) {
    const { wording } = this.#state;
    try {
      this.#state = await this.#conversation().choose(given, wording, this.#words.language);
      this.#changing = false;
      this.#show();
      this.#part(".change").focus();
    } catch (error) {
      if (error.code === "other_wording") return this.begin(true);
      this.#part(".asked").textContent = this.#words.trouble;
    }
  }

  #show() {
    const state = this.#state;
    this.#strip.hidden = !state;
    if (!state) return;
    const open = state.given === null || this.#changing;
    const asked = state.ask[this.#words.language] || Object.values(state.ask)[0];
    this.#part(".asked").textContent = open ? asked : state.given ? this.#words.given : this.#words.refused;
    this.#part(".yes").hidden = this.#part(".no").hidden = !open;
    this.#part(".change").hidden = open;
  }

  #part(selector) {
    return this.#strip.querySelector(selector);
  }
}
