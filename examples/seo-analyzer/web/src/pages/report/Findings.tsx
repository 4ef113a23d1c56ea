import { useEffect, useId, useState } from "react";
import { api } from "../../api";
import { FindingItem } from "../../components/FindingItem";
import { More } from "../../components/More";
import { go, type Route, to } from "../../router";
import type { Finding, ReportDetail } from "../../types";

const TYPING_MS = 250;

/// The findings of a report, by check.
export function Findings({ report, route }: { report: ReportDetail; route: Extract<Route, { kind: "report" }> }) {
  const id = useId();
  const { check, severity, search } = route;
  const [text, setText] = useState(search);
  const set = (change: Partial<Record<"check" | "severity" | "search", string>>) =>
    go(to.report(report.id, { tab: "findings", check, severity, search, ...change }));
  useEffect(() => {
    if (text === search) return;
    const timer = window.setTimeout(() => set({ search: text }), TYPING_MS);
    return () => window.clearTimeout(timer);
    // `set` is another one each time.
  }, [text, search]);
  useEffect(() => setText(search), [search]);
  const titles = new Map(report.checks.map((one) => [one.check, one]));
  return (
    <>
      <form className="filters" role="search" aria-label="Findings" onSubmit={(event) => event.preventDefault()}>
        <div className="field">
          <label htmlFor={`${id}-severity`}>Severity</label>
          <select id={`${id}-severity`} value={severity} onChange={(event) => set({ severity: event.target.value })}>
            <option value="">All</option>
            <option value="error">Errors</option>
            <option value="warning">Warnings</option>
            <option value="notice">Notices</option>
          </select>
        </div>
        <div className="field">
          <label htmlFor={`${id}-check`}>Check</label>
          <select id={`${id}-check`} value={check} onChange={(event) => set({ check: event.target.value })}>
            <option value="">All</option>
            {report.checks.map((one) => (
              <option key={one.check} value={one.check}>
                {one.title} ({one.pages})
              </option>
            ))}
            {check !== "" && !titles.has(check) && <option value={check}>{check}</option>}
          </select>
        </div>
        <div className="field grow">
          <label htmlFor={`${id}-search`}>Page</label>
          <input id={`${id}-search`} type="search" placeholder="Part of a URL" value={text} onChange={(event) => setText(event.target.value)} />
        </div>
      </form>
      <More
        key_={`${report.id} ${report.state} ${check} ${severity} ${search}`}
        load={(after) => api.findings(report.id, { check, severity, search, after })}
        empty="Nothing was found that fits"
      >
        {(findings) =>
          groups(findings).map(([name, ofCheck]) => (
            <section key={name} className="card flush" aria-label={titles.get(name)?.title ?? name}>
              <div className="group-head">
                <h2>{titles.get(name)?.title ?? name}</h2>
                <p className="muted">{titles.get(name)?.advice}</p>
              </div>
              <ul className="findings">
                {ofCheck.map((finding) => (
                  <FindingItem key={finding.id} report={report.id} finding={finding} title={finding.message} />
                ))}
              </ul>
            </section>
          ))
        }
      </More>
    </>
  );
}

function groups(findings: Finding[]): [string, Finding[]][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.check);
    if (group) group.push(finding);
    else groups.set(finding.check, [finding]);
  }
  return [...groups];
}
