/// The style sheet of the HTML report: light and dark, phone to paper. Colours of charts are those of Okabe and Ito, which
/// people who see few colours can tell apart; text keeps a contrast of 4.5 : 1 and more.
enum HTMLStyle {
  static let sheet = """
    :root { color-scheme: light dark; --page: #ffffff; --card: #f5f6f8; --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de;
      --critical: #b3261e; --warning: #8a5300; --notice: #0b5cad; --info: #57606a; --fine: #1a6b34;
      --delivered: #0072b2; --deferred: #d99000; --bounced: #c84b00; --rejected: #8b949e; }
    @media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1f242a; --ink: #e8ebee; --soft: #a4adb6;
      --rule: #3a424b; --critical: #ff8a80; --warning: #f2b04b; --notice: #79b8ff; --info: #a4adb6; --fine: #6fd08c;
      --delivered: #56b4e9; --deferred: #e69f00; --bounced: #ff7b3a; --rejected: #7d8590; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--page); color: var(--ink);
      font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
    h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
    h3 { font-size: 1.05rem; margin: 0 0 .25rem; } p { margin: .4rem 0; }
    .facts { color: var(--soft); font-size: .9rem; margin: .15rem 0; }
    .verdict { font-weight: 600; font-size: 1.1rem; border-left: .3rem solid; padding-left: .6rem; }
    .verdict.critical, .critical .severity { color: var(--critical); } .verdict.warning, .warning .severity { color: var(--warning); }
    .notice .severity { color: var(--notice); } .info .severity { color: var(--info); } .verdict.fine { color: var(--fine); }
    .severity { text-transform: uppercase; font-size: .8rem; letter-spacing: .04em; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .5rem; margin: .5rem 0; }
    .figures div { background: var(--card); padding: .5rem .75rem; border-radius: .4rem; }
    dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.35rem; font-weight: 600; }
    dd span { display: block; font-size: .8rem; font-weight: 400; color: var(--soft); }
    article { border: 1px solid var(--rule); border-left: .3rem solid var(--info); border-radius: .4rem; padding: .75rem 1rem; margin: .75rem 0; }
    article.critical { border-left-color: var(--critical); } article.warning { border-left-color: var(--warning); }
    article.notice { border-left-color: var(--notice); }
    .change { font-weight: 600; }
    pre, code { font: .85rem/1.45 ui-monospace, monospace; } pre { white-space: pre-wrap; background: var(--card); padding: .5rem .75rem; border-radius: .3rem; margin: .5rem 0; }
    .fix { margin: .25rem 0; padding-left: 1.5rem; } .fix li { margin: .2rem 0; } ul { padding-left: 1.25rem; }
    figure { margin: 1rem 0; } figcaption { font-weight: 600; font-size: .95rem; }
    .plot { position: relative; } .chart { display: block; width: 100%; height: 9rem; } .row .chart { height: 3rem; }
    .highest { position: absolute; top: -.1rem; left: 0; font-size: .75rem; color: var(--soft); background: var(--page); padding-right: .3rem; }
    .axis { display: flex; justify-content: space-between; font-size: .75rem; color: var(--soft); }
    .grid { stroke: var(--rule); stroke-width: 1; vector-effect: non-scaling-stroke; fill: none; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; margin: .25rem 0 .5rem; font-size: .85rem; }
    .legend span { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; vertical-align: -.05rem; }
    rect.delivered, path.delivered { fill: var(--delivered); } rect.deferred, path.deferred { fill: var(--deferred); }
    rect.bounced, path.bounced { fill: var(--bounced); } path.rejected { fill: var(--rejected); }
    path.critical { fill: var(--critical); } path.warning { fill: var(--warning); } path.notice { fill: var(--notice); }
    .legend .delivered { background: var(--delivered); } .legend .deferred { background: var(--deferred); }
    .legend .bounced { background: var(--bounced); } .legend .rejected { background: var(--rejected); }
    table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .9rem; }
    caption { text-align: left; font-weight: 600; padding: .25rem 0; } th { text-align: left; font-weight: 400; }
    thead th { color: var(--soft); font-size: .8rem; } td, th { padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .bars td:last-child { width: 35%; min-width: 4rem; padding-right: 0; } .bar { width: 100%; height: .8rem; display: block; margin-top: .3rem; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    footer { margin-top: 2rem; color: var(--soft); font-size: .85rem; }
    @media (max-width: 30rem) { body { padding: .75rem; } .bars td:last-child, .bars thead th:last-child { display: none; } td, th { padding-right: .4rem; } }
    @media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 10pt; } article, figure, tr { break-inside: avoid; }
      h2, h3 { break-after: avoid; } svg, .legend span { print-color-adjust: exact; } }

    """
}
