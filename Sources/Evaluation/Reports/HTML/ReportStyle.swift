/// How an HTML report looks: light or dark as the reader's system is, readable on paper and on a
/// phone.
enum ReportStyle {
    /// Systems that have a colour of their own; more of them share colours.
    static let systemColours = 8

    static let sheet = """
        :root {
          color-scheme: light dark;
          --paper: #fcfbf8; --card: #ffffff; --ink: #1c2430; --soft: #5d6673; --faint: #e7e4dc;
          --accent: #0b6e7f; --loss: #c8442f; --gain: #2f8f5b;
          --s0: #0b6e7f; --s1: #c8442f; --s2: #b8860b; --s3: #5b4b9a;
          --s4: #2f8f5b; --s5: #b0417a; --s6: #54738f; --s7: #7a5c3e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #12161c; --card: #1a2029; --ink: #e8eaee; --soft: #9aa4b2; --faint: #2c3440;
            --accent: #5cc3d3; --loss: #f08672; --gain: #74cf9c;
            --s0: #5cc3d3; --s1: #f08672; --s2: #e5bd5a; --s3: #a99be8;
            --s4: #74cf9c; --s5: #ec8dbc; --s6: #9db8d0; --s7: #cbab88;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.55 ui-sans-serif, system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
          font-variant-numeric: tabular-nums;
        }
        main { max-width: 76rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
        h1, h2, h3 {
          font-family: ui-serif, "Iowan Old Style", Palatino, Georgia, "Noto Serif", "DejaVu Serif", serif;
          line-height: 1.2; font-weight: 600; letter-spacing: -0.01em;
        }
        h1 { font-size: 2.6rem; margin: 0.2rem 0 0.4rem; }
        h2 { font-size: 1.55rem; margin: 3.4rem 0 0.5rem; padding-top: 1.2rem; border-top: 1px solid var(--faint); }
        h3 { font-size: 1.05rem; margin: 0 0 0.1rem; }
        p { margin: 0.4rem 0; }
        .kicker { color: var(--accent); font-weight: 600; letter-spacing: 0.08em; font-size: 0.82rem; margin: 0; }
        .subtitle { color: var(--soft); font-size: 1.05rem; }
        .note { color: var(--soft); max-width: 46rem; font-size: 0.93rem; }
        .findings { list-style: none; padding: 0; margin: 2rem 0 0; display: grid; gap: 0.8rem;
          grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); }
        .findings li { background: var(--card); border: 1px solid var(--faint);
          border-left: 4px solid var(--accent); border-radius: 6px; padding: 0.7rem 1rem; font-size: 0.93rem; }
        .findings b { display: block; font-size: 0.8rem; color: var(--soft); font-weight: 600; }
        .scroll { overflow-x: auto; margin: 1.3rem 0; }
        table { border-collapse: collapse; width: 100%; font-size: 0.93rem; }
        th { font-weight: 600; text-align: right; vertical-align: bottom; padding: 0.45rem 0.8rem;
          border-bottom: 2px solid var(--ink); line-height: 1.25; }
        th small { display: block; color: var(--soft); font-weight: 400; }
        td { text-align: right; padding: 0.55rem 0.8rem; border-bottom: 1px solid var(--faint); white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 11rem; }
        tbody tr:last-child td { border-bottom: 2px solid var(--ink); }
        td small { display: block; color: var(--soft); font-size: 0.78rem; line-height: 1.3; }
        sup { color: var(--accent); font-size: 0.7em; margin-left: 0.2em; font-weight: 600; }
        .best { font-weight: 700; }
        td small { font-weight: 400; }
        .swatch { display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 50%;
          margin-right: 0.5rem; background: var(--c); }
        .average { background: color-mix(in srgb, var(--accent) 7%, transparent); }
        .heat { font-size: 0.88rem; }
        .heat th:first-child, .heat td:first-child { min-width: 8rem; }
        .heat td { padding: 0.28rem 0.6rem; }
        .heat th { padding: 0.4rem 0.6rem; overflow-wrap: anywhere; }
        .heat td small { display: inline-block; min-width: 3.6em; margin-left: 0.4em; }
        .heat td small.sure { font-weight: 700; }
        .heat .loss { background: color-mix(in srgb, var(--loss) calc(var(--share) * 1%), transparent); }
        .heat .gain { background: color-mix(in srgb, var(--gain) calc(var(--share) * 1%), transparent); }
        .sure { font-weight: 700; }
        .legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; font-size: 0.82rem; margin: 0.5rem 0 0; }
        .pair { display: grid; gap: 1.6rem; align-items: start; margin: 0.4rem 0 2.4rem;
          grid-template-columns: repeat(auto-fit, minmax(min(33rem, 100%), 1fr)); }
        .pair .scroll { margin: 0; }
        section > h3 { margin-top: 1.8rem; }
        .charts { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); margin: 1.3rem 0; }
        figure { margin: 0; background: var(--card); border: 1px solid var(--faint); border-radius: 8px; padding: 1rem 1.1rem 0.6rem; }
        figcaption small { color: var(--soft); }
        .chart { display: block; width: 100%; height: auto; margin-top: 0.5rem; font-size: 12px; }
        .chart text { fill: var(--ink); }
        .chart .tick { fill: var(--soft); font-size: 11px; }
        .chart .grid { stroke: var(--faint); }
        .chart .rule { stroke: var(--faint); stroke-dasharray: 1 4; }
        .chart .zero { stroke: var(--soft); stroke-width: 1.4; }
        .chart .whisker { stroke: var(--c); stroke-width: 2; }
        .chart .cap { stroke: var(--c); stroke-width: 1.4; }
        .chart circle { fill: var(--c); stroke: var(--card); stroke-width: 1.4; }
        .chart .letters { fill: var(--accent); font-weight: 600; }
        .methods { color: var(--soft); font-size: 0.93rem; padding-left: 1.2rem; max-width: 46rem; }
        .settings { font-size: 0.88rem; }
        @media print { main { padding: 0; max-width: none; } figure, tr { break-inside: avoid; } }
        """ + (0..<systemColours).map { "\n.s\($0) { --c: var(--s\($0)); }" }.joined()
}
