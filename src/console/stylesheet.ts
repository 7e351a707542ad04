/** Of all pages. Colours keep a contrast of 4.5 to 1 in both schemes; nothing is said by colour alone. */
export const CONSOLE_STYLE = `:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #ffffff; --ink: #16191d; --soft: #565e68; --line: #d5d9df;
  --act: #0b5cad; --act-ink: #ffffff; --bad: #b3261e; --bad-ground: #fdecea; --good: #1b6e3c; --wait: #7a4d00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111418; --paper: #1a1f25; --ink: #e8ebee; --soft: #a3adb8; --line: #343c46;
    --act: #7fb8ff; --act-ink: #0b1a2b; --bad: #ff9b93; --bad-ground: #3a1a18; --good: #7fd6a0; --wait: #f0c36b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; padding: 0.5rem 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line); }
main { max-width: 72rem; margin: 0 auto; padding: 1.25rem; }
.brand { font-weight: 700; font-size: 1.15rem; color: var(--ink); text-decoration: none; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem; list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 0.35rem 0.75rem; border-radius: 0.4rem; color: var(--ink); text-decoration: none; }
nav a[aria-current] { background: var(--ground); font-weight: 600; }
nav a:hover { text-decoration: underline; }
.who { margin-left: auto; display: flex; gap: 0.75rem; align-items: center; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); padding: 0.5rem; z-index: 1; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
h1 { font-size: 1.5rem; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.1rem; margin: 0 0 0.5rem; }
main > h2, section > h2 { margin-top: 2rem; }
a { color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.narrow { max-width: 32rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
.card p { margin: 0.25rem 0; overflow-wrap: anywhere; }
.muted { color: var(--soft); }
.small { font-size: 0.875rem; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
label { display: block; margin: 0.75rem 0 0.25rem; font-weight: 600; }
label:first-of-type { margin-top: 0; }
label .muted { font-weight: 400; }
input { font: inherit; width: 100%; padding: 0.5rem 0.65rem; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: 0.4rem; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: 0.5rem 1rem; margin-top: 0.75rem; color: var(--act-ink); background: var(--act); border: 1px solid var(--act); border-radius: 0.4rem; text-decoration: none; text-align: center; cursor: pointer; }
input[type=hidden] + button { margin-top: 0; }
button.secondary { color: var(--act); background: none; }
button.danger { color: var(--bad); background: none; border-color: var(--bad); }
button.quiet { color: var(--ink); background: none; border-color: var(--line); font-weight: 400; margin: 0; padding: 0.25rem 0.75rem; }
button.small { padding: 0.15rem 0.75rem; }
.wide { display: block; }
.or { text-align: center; color: var(--soft); }
.answers { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
.answers form { flex: 1 1 15rem; }
.answers form.card { margin: 0; }
.problem, .notice { padding: 0.65rem 1rem; border-radius: 0.4rem; border: 1px solid var(--bad); background: var(--bad-ground); overflow-wrap: anywhere; }
.notice { border-color: var(--line); background: var(--paper); }
.code { font: 1.75rem/1.4 ui-monospace, monospace; letter-spacing: 0.15em; text-align: center; }
.facts { background: var(--paper); border: 1px solid var(--line); border-radius: 0.6rem; margin: 0 0 1rem; padding: 0.25rem 1.25rem; }
.facts > div { display: grid; grid-template-columns: 9rem 1fr; gap: 1rem; padding: 0.45rem 0; }
.facts > div + div { border-top: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.plain { list-style: none; margin: 0; padding: 0; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 0.05rem 0.6rem; border: 1px solid currentcolor; border-radius: 1rem; font-size: 0.875rem; font-weight: 600; color: var(--soft); white-space: nowrap; }
.badge.pending { color: var(--wait); }
.badge.approved, .badge.fulfilled { color: var(--good); }
.badge.denied, .badge.rejected, .badge.alarm { color: var(--bad); }
.scroll { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 0.6rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.45rem 0.9rem; text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; font-size: 0.875rem; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
td form { margin: 0; }
td button { margin: 0; }
@media (max-width: 40rem) {
  .facts > div { grid-template-columns: 1fr; gap: 0; }
  .who { margin-left: 0; }
}
`;
