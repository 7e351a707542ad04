/** Of the page: readable at any width, on paper, and where colours are few. Contrast is 4.5 to 1 or more. */
export const STYLE_SHEET = `:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1b1f24; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { line-height: 1.2; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #8c959f; line-height: 1.3; }
a { color: #0a4a9c; }
a:focus-visible, .table:focus-visible { outline: 3px solid #0a4a9c; outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: #fff; padding: .5rem; }
.counts { font-size: 1.1rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border: 1px solid #d0d7de; overflow-wrap: anywhere; }
tbody th { font-weight: 400; }
thead th { background: #f0f3f6; }
code { font-size: .9em; overflow-wrap: anywhere; }
.state, .severity { border: 1px solid currentColor; border-radius: .25rem; padding: 0 .4rem; white-space: nowrap; }
.state.open, .severity.critical, .severity.high { color: #a40e26; }
.state.partial, .severity.medium { color: #7a4100; }
.state.not-assessed, .severity.info { color: #424a53; border-style: dashed; }
.state.accepted, .severity.low { color: #0a4a9c; }
.state.clear { color: #116329; }
.incomplete { border: 2px solid #a40e26; padding: 0 1rem; margin: 1rem 0; }
.incomplete h2 { border: 0; margin-top: 1rem; }
@media (max-width: 40rem) { dl { display: block; } dd { margin-bottom: .5rem; } }
@media print {
  @page { margin: 15mm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .skip { display: none; }
  .table { overflow: visible; }
  thead { display: table-header-group; }
  tr, article, dl.states { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;
