// The chat's looks. A page may set --careline-accent and --careline-font on the element.

export const STYLE = `
:host {
  --accent: var(--careline-accent, #b4532a);
  --on-accent: #fff;
  --ground: #fffdfa; --soft: #f5efe8; --line: #e6dcd0; --ink: #2a221c; --faint: #75685c; --bot: #fff; --warn: #8a2f1d;
  --shadow: 0 1px 2px rgb(70 45 25 / .06), 0 12px 40px rgb(70 45 25 / .12);
  display: block; height: 100%; min-height: 22rem; color: var(--ink);
  font: 400 .9375rem/1.5 var(--careline-font, ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC",
    "Noto Sans CJK SC", "Microsoft YaHei", sans-serif);
}
@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--careline-accent, #e08a5b); --on-accent: #241811;
    --ground: #1b1714; --soft: #241f1b; --line: #3a322b; --ink: #f1e9e1; --faint: #ab9c8e; --bot: #2b2521; --warn: #f3a58f;
    --shadow: 0 1px 2px rgb(0 0 0 / .3), 0 12px 40px rgb(0 0 0 / .45);
  }
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
svg { width: 1.25rem; height: 1.25rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.panel {
  display: flex; flex-direction: column; height: 100%; overflow: hidden;
  background: var(--ground); border: 1px solid var(--line); border-radius: 1.125rem; box-shadow: var(--shadow);
}
header { display: flex; align-items: center; gap: .75rem; padding: .875rem 1rem; border-bottom: 1px solid var(--line); }
.avatar {
  display: grid; place-items: center; flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  background: var(--accent); color: var(--on-accent); font-weight: 650; font-size: 1.05rem;
}
.who { display: flex; flex-direction: column; min-width: 0; flex: 1; line-height: 1.3; }
.title { font-weight: 650; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.status { display: flex; align-items: center; gap: .4rem; color: var(--faint); font-size: .8125rem; }
.status::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: #4f9a63; }
:host([data-status="waiting"]) .status::before { background: #d59a2b; }
:host([data-status="human"]) .status::before { background: #4b83c4; }
:host([data-status="closed"]) .status::before { background: var(--faint); }
.close { display: none; padding: .5rem; border-radius: .6rem; color: var(--faint); line-height: 0; }
.close:hover { background: var(--soft); color: var(--ink); }

.scroll { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 1rem; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
.scroll:focus-visible { outline-offset: -3px; border-radius: .5rem; }
.log { display: flex; flex-direction: column; gap: .5rem; margin: 0; padding: 0; list-style: none; }
.log li { display: flex; flex-direction: column; max-width: min(85%, 34rem); animation: rise .18s ease-out; }
.log p {
  margin: 0; padding: .6rem .875rem; border-radius: 1.05rem; white-space: pre-wrap; overflow-wrap: anywhere;
}
.customer { align-self: flex-end; align-items: flex-end; }
.customer p { background: var(--accent); color: var(--on-accent); border-bottom-right-radius: .3rem; }
.bot, .agent { align-self: flex-start; align-items: flex-start; }
.bot p, .agent p { background: var(--bot); border: 1px solid var(--line); border-bottom-left-radius: .3rem; }
.agent p { border-color: #4b83c4; }
.log cite { padding: .2rem .375rem 0; color: var(--faint); font-size: .75rem; font-style: normal; }
.log time { padding: .125rem .375rem 0; color: var(--faint); font-size: .71875rem; }
.log time:empty { display: none; }
[data-state="sending"] p, [data-state="waiting"] p { opacity: .65; }
[data-state="failed"] p { background: none; color: var(--warn); border: 1px solid currentColor; }
[data-state="failed"] time { color: var(--warn); }
.retry { padding: .125rem .375rem; color: var(--accent); font-size: .8125rem; text-decoration: underline; }
.log .divider {
  align-self: center; flex-direction: row; align-items: center; max-width: 100%; margin: .5rem 0; padding: .2rem .75rem;
  border-radius: 1rem; background: var(--soft); color: var(--faint); font-size: .78125rem;
}
.typing {
  display: inline-flex; gap: .3rem; margin-top: .5rem; padding: .8rem .9rem; border: 1px solid var(--line);
  border-radius: 1.05rem; border-bottom-left-radius: .3rem; background: var(--bot);
}
.typing[hidden] { display: none; }
.typing i { width: .42rem; height: .42rem; border-radius: 50%; background: var(--faint); animation: pulse 1.1s infinite ease-in-out; }
.typing .stage { margin-left: .3rem; font-size: .8125rem; line-height: .5rem; color: var(--faint); }
.typing .stage:empty { margin: 0; }
.typing i:nth-child(2) { animation-delay: .15s; }
.typing i:nth-child(3) { animation-delay: .3s; }
.notice { margin: 0; padding: .5rem 1rem; background: var(--soft); color: var(--warn); font-size: .8125rem; text-align: center; }

.consent { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding: .5rem 1rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .78125rem; }
.consent[hidden], .prove[hidden], .prove [hidden] { display: none; }
.consent p { flex: 1 1 14rem; margin: 0; line-height: 1.4; }
.consent span { display: flex; gap: .5rem; }
.consent button, .prove .other, .prove .leave { padding: .3rem .6rem; border-radius: .6rem; color: var(--accent); font-weight: 600; }
.consent button:hover, .prove .other:hover, .prove .leave:hover { background: var(--soft); }
.consent [hidden] { display: none; }
.prove { display: flex; flex-direction: column; gap: .5rem; margin: 0; padding: .75rem 1rem; border-top: 1px solid var(--line); background: var(--soft); font-size: .875rem; }
.prove .top { display: flex; align-items: center; justify-content: space-between; gap: .5rem; }
.prove p { margin: 0; }
.prove .hint { color: var(--faint); font-size: .8125rem; }
.prove .wrong { color: var(--warn); font-size: .8125rem; }
.name-step, .code-step, .way { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .6rem; }
.prove label { font-weight: 600; font-size: .8125rem; }
.prove input, .prove select {
  font: inherit; color: inherit; min-width: 0; height: 2.5rem; padding: 0 .75rem; background: var(--ground);
  border: 1px solid var(--line); border-radius: .75rem;
}
.prove input { flex: 1 1 12rem; }
.prove #who-code { flex: 0 1 10rem; font-size: 1.125rem; letter-spacing: .2em; font-variant-numeric: tabular-nums; }
.prove input[aria-invalid="true"] { border-color: var(--warn); }
.left { color: var(--faint); font-size: .8125rem; font-variant-numeric: tabular-nums; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
.go { padding: .5rem 1rem; border-radius: .75rem; background: var(--accent); color: var(--on-accent); font-weight: 600; }
.prove[aria-busy] .go { opacity: .6; }
.compose { display: flex; margin: 0; align-items: flex-end; gap: .5rem; padding: .75rem; border-top: 1px solid var(--line); }
textarea {
  flex: 1; min-width: 0; height: 2.75rem; min-height: 2.75rem; padding: .6rem .875rem; resize: none; overflow-y: auto; line-height: 1.4;
  background: var(--soft); border: 1px solid transparent; border-radius: 1.375rem; scrollbar-width: none;
}
textarea::placeholder { color: var(--faint); opacity: 1; }
textarea:focus { outline: none; border-color: var(--accent); background: var(--ground); }
.send {
  display: grid; place-items: center; flex: none; width: 2.75rem; height: 2.75rem; border-radius: 50%;
  background: var(--accent); color: var(--on-accent); transition: filter .15s;
}
.send:hover { filter: brightness(1.08); }

.launcher { display: none; }
:host([floating]) { position: fixed; inset: auto 1.25rem 1.25rem auto; height: auto; min-height: 0; z-index: 2147483000; }
:host([floating]) .launcher {
  display: grid; place-items: center; width: 3.5rem; height: 3.5rem; border-radius: 50%;
  background: var(--accent); color: var(--on-accent); box-shadow: var(--shadow);
}
:host([floating][open]) .launcher, :host([floating]:not([open])) .panel { display: none; }
:host([floating]) .panel { width: 24rem; height: min(38rem, calc(100dvh - 2.5rem)); }
:host([floating]) .close { display: block; }
@media (max-width: 32rem) {
  :host([floating][open]) { inset: 0; }
  :host([floating]) .panel { width: 100%; height: 100%; border: 0; border-radius: 0; padding-bottom: env(safe-area-inset-bottom); }
  textarea, .prove input, .prove select { font-size: 1rem; }
}
@keyframes rise { from { opacity: 0; transform: translateY(.35rem); } }
@keyframes pulse { 0%, 60%, 100% { opacity: .3; transform: none; } 30% { opacity: 1; transform: translateY(-.2rem); } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
`;
