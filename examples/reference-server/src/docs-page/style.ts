/** How the page looks: without fonts, images or anything else from elsewhere. */
export const style = `
:root {
  color-scheme: light dark;
  --back: light-dark(#fbfbfa, #17181a);
  --card: light-dark(#fff, #1f2124);
  --line: light-dark(#dcdcd8, #37393d);
  --text: light-dark(#1d1f21, #e4e4e2);
  --soft: light-dark(#62656a, #a3a5a8);
  --link: light-dark(#1a56a8, #86b4f2);
  --code: light-dark(#f1f1ee, #292b2f);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 5rem; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre { font-family: var(--mono); font-size: .92em; }
header {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center;
  padding: .7rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line);
}
header h1 { margin: 0; font-size: 1.1rem; }
header nav { display: flex; gap: 1rem; }
header label { margin-left: auto; }
input {
  width: 20rem; max-width: 70vw; padding: .4rem .7rem; font: inherit; color: inherit; background: var(--back);
  border: 1px solid var(--line); border-radius: 6px;
}
.columns { display: grid; grid-template-columns: 13rem minmax(0, 60rem); gap: 2.5rem; padding: 1.5rem; }
.index { position: sticky; top: 5rem; align-self: start; max-height: calc(100vh - 6rem); overflow: auto; font-size: .9rem; }
.index ul { margin: .2rem 0 1rem; padding: 0; list-style: none; }
.index li { padding: .1rem 0; }
h2 { margin: 0 0 .3rem; font-size: 1.4rem; }
h3 { margin: 1.8rem 0 .5rem; font-size: 1.05rem; }
h4 { margin: 1rem 0 .3rem; font-size: .8rem; letter-spacing: .05em; text-transform: uppercase; color: var(--soft); }
section.face { margin-bottom: 3rem; }
details.card { margin: .35rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
details.card > summary {
  display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: center; padding: .45rem .8rem; cursor: pointer;
}
details.card > summary::-webkit-details-marker { display: none; }
details.card > div { padding: .1rem .9rem .9rem; border-top: 1px solid var(--line); }
.path { font-weight: 600; overflow-wrap: anywhere; }
.method {
  min-width: 4.4rem; padding: .05rem .4rem; border-radius: 4px; text-align: center; font: 700 .75rem/1.6 var(--mono);
  color: #fff; background: #5b6068;
}
.get { background: #2166ac; }
.post { background: #2a7a3f; }
.put, .patch { background: #9a6100; }
.delete { background: #b3352c; }
.name, .note, .limit { color: var(--soft); }
.name { font-size: .9rem; }
.needs { margin-left: auto; font-size: .82rem; color: var(--soft); }
.needs code, .tag { padding: .05rem .35rem; border-radius: 4px; background: var(--code); }
.tag { font-size: .78rem; color: var(--soft); }
.limit { font-size: .85rem; }
.limit::before { content: "\\00b7 "; }
.required { font: 600 .75rem system-ui, sans-serif; color: light-dark(#b3352c, #f08a80); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { width: 34%; font-weight: 400; overflow-wrap: anywhere; }
td { overflow-wrap: anywhere; }
tr:last-child > * { border-bottom: 0; }
p { margin: .4rem 0; }
.curl { position: relative; }
.curl pre { margin: 0; padding: .6rem .8rem; border-radius: 6px; background: var(--code); white-space: pre-wrap; overflow-wrap: anywhere; }
.curl button {
  position: absolute; top: .35rem; right: .35rem; padding: .1rem .6rem; font: inherit; font-size: .8rem; cursor: pointer;
  color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 5px;
}
[hidden] { display: none !important; }
@media (max-width: 55rem) {
  .columns { grid-template-columns: minmax(0, 1fr); padding: 1rem; }
  .index { display: none; }
  .needs { margin-left: 0; }
}
`
