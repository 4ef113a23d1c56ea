import { useState } from "react";
import { api } from "../api";
import { StateBadge } from "../components/Badge";
import { Progress } from "../components/Progress";
import { grade } from "../components/ScoreRing";
import { Failure, Loading } from "../components/States";
import { count, duration, moment, site } from "../format";
import { go, type Route, type Tab, to } from "../router";
import { message, useData } from "../useData";
import { Changes } from "./report/Changes";
import { Findings } from "./report/Findings";
import { Overview } from "./report/Overview";
import { Pages } from "./report/Pages";

const WATCH_MS = 500;

const TABS: readonly [Tab, string][] = [
  ["overview", "Overview"],
  ["findings", "Findings"],
  ["pages", "Pages"],
  ["changes", "Changes"],
];

export function ReportView({ route }: { route: Extract<Route, { kind: "report" }> }) {
  const { id, tab } = route;
  const { data: report, error, reload } = useData(
    `report ${id}`,
    () => api.report(id),
    ({ state }) => (state === "queued" || state === "running" ? WATCH_MS : undefined),
  );
  const [failed, setFailed] = useState<string>();
  if (!report) return error ? <Failure text={error} retry={reload} /> : <Loading lines={8} />;
  const underWay = report.state === "queued" || report.state === "running";
  const remove = async () => {
    if (!window.confirm("Delete this report, with its pages and findings?")) return;
    try {
      await api.remove(id);
      go(to.reports());
    } catch (error) {
      setFailed(message(error));
    }
  };
  return (
    <>
      <nav className="crumbs" aria-label="Breadcrumb">
        <a href={to.reports()}>Reports</a>
        <span aria-hidden="true">/</span>
        <span>{moment(report.createdAt)}</span>
      </nav>
      <div className="page-head">
        <div>
          <h1>{site(report.site)}</h1>
          <p className="muted facts">
            <StateBadge state={report.state} />
            {report.score !== null && <span className={`score ${grade(report.score)}`}>{report.score}</span>}
            <span>{count(report.pagesDone, "page")}</span>
            {report.startedAt && report.finishedAt && (
              <span>{duration(new Date(report.finishedAt).getTime() - new Date(report.startedAt).getTime())}</span>
            )}
            <span>{report.trigger === "deployment" ? "after a deployment" : "by hand"}</span>
          </p>
        </div>
        <div className="actions">
          <a className="button" href={api.exportUrl(id, "csv")} download>
            Export CSV
          </a>
          <a className="button" href={api.exportUrl(id, "json")} download>
            Export JSON
          </a>
          {!underWay && (
            <button type="button" className="button quiet" onClick={remove}>
              Delete
            </button>
          )}
        </div>
      </div>
      {failed && <Failure text={failed} />}
      {error && <Failure text={error} retry={reload} />}
      {underWay && <Progress report={report} changed={reload} />}
      {report.state === "failed" && <Failure text={report.error ?? "The audit failed."} />}
      <nav className="tabs" aria-label="Report">
        {TABS.map(([name, label]) => (
          <a key={name} href={to.report(id, { tab: name })} aria-current={name === tab ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {tab === "overview" && <Overview report={report} />}
      {tab === "findings" && <Findings report={report} route={route} />}
      {tab === "pages" && <Pages report={report} search={route.search} />}
      {tab === "changes" && <Changes report={report} />}
    </>
  );
}
