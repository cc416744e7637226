// The form in which a customer proves who she is: a name that the records know, then the code that was sent there.

const POLLS_MS = [3_000, 5_000, 8_000, 8_000]; // a letter is given up within about 20 s

export class WhoForm {
  #form;
  #conversation;
  #again;
  #done;
  #words;
  #ways = [];
  #way = "";
  #step = "name";
  #expires = null;
  #busy = false;
  #round = 0; // a code that was asked for since makes what is still told of an earlier one void
  #clock;

  /** `conversation()` is the open one; `again()` sends the last request once more; `done()` puts the focus back. */
  constructor(form, { conversation, again, done }) {
    this.#form = form;
    this.#conversation = conversation;
    this.#again = again;
    this.#done = done;
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.#part(".other").addEventListener("click", () => (this.#step === "name" ? this.#toCode(null) : this.#restart()));
    this.#part(".leave").addEventListener("click", () => { this.hide(); this.#done(); });
    this.#part("[name=code]").addEventListener("input", () => this.#wrong(""));
  }

  label(words) {
    this.#words = words;
    this.#form.setAttribute("aria-label", words.title);
    this.#part(".title2").textContent = words.title;
    this.#part(".leave").textContent = words.leave;
    this.#part("label[for=who-name]").textContent = words.name;
    this.#part("label[for=who-way]").textContent = words.by;
    this.#part("label[for=who-code]").textContent = words.code;
    this.#show();
  }

  /** The last reply asks who she is: offer the form, unless it is there, or she has proven it. */
  async offer() {
    if (!this.#form.hidden) return;
    const round = ++this.#round;
    let state;
    try {
      state = await this.#conversation().recognition();
    } catch {
      return; // the reply itself says what to do
    }
    if (round !== this.#round || state.assurance === "code" || !state.ways.length) return;
    this.#ways = state.ways;
    const select = this.#part("select");
    select.replaceChildren(...state.ways.map((way) => new Option(this.#words.ways[way], way)));
    this.#part(".way").hidden = state.ways.length < 2;
    this.#form.hidden = false;
    this.#to("name");
    if (state.failing.length === state.ways.length) this.#wrong(this.#words.notSent);
  }

  /** Another reply came: whoever has not begun does not need it any more. */
  withdraw() {
    this.#round++;
    if (this.#step === "name" && !this.#part("[name=who]").value) this.hide();
  }

  hide() {
    this.#round++;
    this.#form.hidden = true;
    this.#part("[name=who]").value = "";
    clearInterval(this.#clock);
  }

  async #submit() {
    if (this.#busy) return;
    if (this.#step === "done") {
      this.hide();
      this.#again();
      return this.#done();
    }
    this.#busy = true;
    this.#form.setAttribute("aria-busy", "true");
    try {
      await (this.#step === "name" ? this.#ask() : this.#give());
    } catch (error) {
      this.#wrong(this.#refused(error));
    } finally {
      this.#busy = false;
      this.#form.removeAttribute("aria-busy");
    }
  }

  async #ask() {
    const field = this.#part("[name=who]");
    const name = field.value.trim();
    if (!name) {
      field.focus();
      return this.#wrong(this.#words.nameMissing);
    }
    this.#way = this.#ways.length > 1 ? this.#part("select").value : this.#ways[0];
    const { expires_at: expires } = await this.#conversation().askCode(name, this.#way);
    this.#toCode(new Date(expires));
    this.#watch(++this.#round);
  }

  async #give() {
    const field = this.#part("[name=code]");
    const code = field.value.replace(/\D/g, "");
    if (code.length !== 6) {
      field.focus();
      return this.#wrong(this.#words.codeShort);
    }
    await this.#conversation().giveCode(code);
    this.#round++;
    clearInterval(this.#clock);
    this.#to("done");
    this.#part(".go").focus();
  }

  async #watch(round) {
    for (const wait of POLLS_MS) {
      await new Promise((next) => setTimeout(next, wait));
      if (round !== this.#round || this.#step !== "code") return;
      try {
        const { failing } = await this.#conversation().recognition();
        if (round === this.#round && failing.includes(this.#way)) return this.#wrong(this.#words.notSent);
      } catch {
        return;
      }
    }
  }

  #toCode(expires) {
    this.#expires = expires;
    this.#part("[name=code]").value = "";
    this.#to("code");
    this.#part("[name=code]").focus();
    clearInterval(this.#clock);
    this.#clock = setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  #restart() {
    clearInterval(this.#clock);
    this.#round++;
    this.#to("name");
    this.#part("[name=who]").focus();
  }

  #tick() {
    const left = this.#expires ? Math.ceil((this.#expires - Date.now()) / 1000) : null;
    const clock = left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "";
    this.#part(".left").textContent = clock && this.#words.left(clock);
    if (left !== null && left <= 0) {
      clearInterval(this.#clock);
      this.#wrong(this.#words.expired);
    }
  }

  #to(step) {
    this.#step = step;
    this.#wrong("");
    this.#show();
  }

  #show() {
    const words = this.#words;
    this.#part(".name-step").hidden = this.#step !== "name";
    this.#part(".code-step").hidden = this.#step !== "code";
    this.#part(".hint").textContent = words.hint[this.#step](words.ways[this.#way]);
    this.#part(".go").textContent = words.go[this.#step];
    this.#part(".other").textContent = words.other[this.#step] || "";
    this.#part(".other").hidden = this.#step === "done";
    if (this.#step !== "code") this.#part(".left").textContent = "";
  }

  #refused(error) {
    const words = this.#words;
    if (error.code === "wrong_code") {
      const field = this.#part("[name=code]");
      field.select();
      field.focus();
      if (error.tries > 0) return words.wrong(error.tries);
      clearInterval(this.#clock);
      this.#part(".left").textContent = "";
      return words.usedUp;
    }
    if (error.code === "too_many_requests") return words.tooMany(Math.max(1, Math.ceil(error.retryAfter / 60)));
    return error.code === "not_sent" ? words.notSent : words.trouble;
  }

  #wrong(text) {
    this.#part(".wrong").textContent = text;
    this.#part(".wrong").hidden = !text;
    for (const field of this.#form.querySelectorAll("input")) field.setAttribute("aria-invalid", String(Boolean(text)));
  }

  #part(selector) {
    return this.#form.querySelector(selector);
  }
}
