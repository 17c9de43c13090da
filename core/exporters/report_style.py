"""How the report looks: on screen light or dark as the reader's system is, on paper always light."""

STYLE = """
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #ffffff; --line: #dfe2e8; --soft: #eef1f6;
  --ink: #1c2330; --mute: #5f6878; --accent: #1a5fd6; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171d; --card: #1c2129; --line: #2d3440; --soft: #252c37;
  --ink: #e8ebf1; --mute: #95a0b3; --accent: #58a6ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.5 Inter, system-ui, "Segoe UI",
  "Helvetica Neue", Arial, sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 28px 16px 20px; display: grid; gap: 12px;
  grid-template-columns: repeat(6, minmax(0, 1fr)); align-items: start; }
header, footer, section { grid-column: 1 / -1; }
header { padding: 0 2px 4px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
header p { margin: 4px 0 0; color: var(--mute); }
h2 { font-size: 14px; margin: 0 0 8px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px 14px;
  min-width: 0; }
section.facts { grid-column: span 3; align-self: stretch; }
.figures { display: flex; flex-wrap: wrap; padding: 14px 0; }
.figures div { flex: 1 1 120px; padding: 0 14px; border-left: 1px solid var(--line); }
.figures div:first-child { border-left: 0; }
.figures b { display: block; font: 600 20px/1.3 "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
.figures span { color: var(--mute); font-size: 12px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 400; color: var(--mute); }
th, td { padding: 4px 0; border-top: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; }
.facts tr:first-child > * { border-top: 0; }
.facts th { padding-right: 12px; white-space: nowrap; }
.facts td { text-align: right; font-variant-numeric: tabular-nums; }
.listing > div { overflow-x: auto; }
.listing th, .listing td { padding: 4px 8px 4px 0; }
.listing thead th { border-top: 0; }
.listing td { font: 12px/1.6 "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace; }
figure { margin: 0; }
figcaption { color: var(--mute); font-size: 12px; margin-top: 8px; }
.picture svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.picture.wide svg { width: 100%; }
.dark { display: none; }
@media (prefers-color-scheme: dark) { .dark { display: block; } .light { display: none; } }
pre { margin: 0; padding: 10px 12px; background: var(--soft); border-radius: 6px; overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12px/1.6 "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace; }
footer { color: var(--mute); font-size: 12px; padding: 2px; }
@media (max-width: 720px) { section.facts { grid-column: 1 / -1; } }
@media print {
  :root { color-scheme: light; --ground: #ffffff; --card: #ffffff; --line: #dfe2e8; --soft: #f4f5f7;
    --ink: #1c2330; --mute: #5f6878; --accent: #1a5fd6; }
  @page { margin: 14mm; }
  body { font-size: 12px; }
  main { max-width: none; padding: 0; gap: 8px; }
  section, tr { break-inside: avoid; }
  section.listing, section.code { break-inside: auto; }
  .light { display: block !important; }
  .dark { display: none !important; }
  .picture svg { max-height: 235mm; }
}
"""
