// The chat's markup: constant, without any text that people wrote.

export const FRAME = `
  <button class="launcher" type="button" aria-expanded="false">
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3c5 0 9 3.4 9 7.6s-4 7.6-9 7.6c-.9 0-1.8-.1-2.6-.3L4.6 21l.9-4.3C3.9 15.3 3 13 3 10.6 3 6.4 7 3 12 3Z"/></svg>
  </button>
  <section class="panel" role="region">
    <header>
      <span class="avatar" aria-hidden="true"></span>
      <span class="who"><strong class="title"></strong><span class="status" role="status"></span></span>
      <button class="close" type="button"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18"/></svg></button>
    </header>
    <div class="scroll" tabindex="0">
      <ol class="log" role="log" aria-live="polite" aria-relevant="additions"></ol>
      <div class="typing" hidden><i></i><i></i><i></i><span class="sr"></span><span class="stage" role="status"></span></div>
    </div>
    <p class="notice" role="alert" hidden></p>
    <div class="consent" role="group" hidden>
      <p class="asked" role="status"></p>
      <span><button class="yes" type="button"></button><button class="no" type="button"></button><button class="change" type="button"></button></span>
    </div>
    <form class="prove" hidden novalidate>
      <div class="top"><strong class="title2"></strong><button class="leave" type="button"></button></div>
      <p class="hint" role="status"></p>
      <div class="name-step">
        <label for="who-name"></label><input id="who-name" name="who" autocomplete="email" maxlength="254" aria-describedby="who-wrong" enterkeyhint="next">
        <span class="way"><label for="who-way"></label><select id="who-way"></select></span>
      </div>
      <div class="code-step" hidden>
        <label for="who-code"></label><input id="who-code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" aria-describedby="who-wrong" enterkeyhint="done">
        <span class="left"></span>
      </div>
      <p class="wrong" id="who-wrong" role="alert" hidden></p>
      <div class="buttons"><button class="go" type="submit"></button><button class="other" type="button"></button></div>
    </form>
    <form class="compose">
      <label class="sr" for="text"></label>
      <textarea id="text" rows="1" maxlength="8000" enterkeyhint="send"></textarea>
      <button class="send" type="submit"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12h14M12.5 5.5 19 12l-6.5 6.5"/></svg></button>
    </form>
  </section>`;
