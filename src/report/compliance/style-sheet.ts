/** Of the page: readable at any width, in light and in dark, on paper, and where colours are few. Contrast is 4.5 to 1 or more. */
export const STYLE_SHEET = `:root {
  color-scheme: light dark;
  --back: #fff; --text: #1b1f24; --head: #f0f3f6; --line: #d0d7de; --rule: #8c959f;
  --link: #0a4a9c; --bad: #a40e26; --warn: #7a4100; --mute: #424a53; --good: #116329;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --back: #0d1117; --text: #e6edf3; --head: #1c2128; --line: #3d444d; --rule: #768390;
    --link: #79b8ff; --bad: #ff8b8b; --warn: #e3b341; --mute: #b1bac4; --good: #56d364;
  }
}
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { line-height: 1.2; }
h2, h3, p, li { overflow-wrap: anywhere; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--rule); line-height: 1.3; }
a { color: var(--link); }
a:focus-visible, .table:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--back); padding: .5rem; }
.counts { font-size: 1.1rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border: 1px solid var(--line); overflow-wrap: break-word; }
tbody th { font-weight: 400; }
thead th { background: var(--head); white-space: nowrap; }
.day { white-space: nowrap; }
code { font-size: .9em; overflow-wrap: anywhere; }
.state, .severity { border: 1px solid currentColor; border-radius: .25rem; padding: 0 .4rem; white-space: nowrap; }
.state.open, .severity.critical, .severity.high { color: var(--bad); }
.state.partial, .severity.medium { color: var(--warn); }
.state.not-assessed, .severity.info { color: var(--mute); border-style: dashed; }
.state.accepted, .severity.low { color: var(--link); }
.state.clear { color: var(--good); }
.incomplete { border: 2px solid var(--bad); padding: 0 1rem; margin: 1rem 0; }
.incomplete h2 { border: 0; margin-top: 1rem; }
@media (max-width: 40rem) {
  dl { display: block; }
  dd { margin-bottom: .5rem; }
  /* What is wider than the screen is moved under it; letters below each other are read by nobody. */
  table { min-width: 34rem; }
}
@media print {
  @page { margin: 15mm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .skip { display: none; }
  .table { overflow: visible; }
  table { min-width: 0; }
  thead { display: table-header-group; }
  tr, article, dl.states { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;
