import { api } from "../../api";
import { FindingItem } from "../../components/FindingItem";
import { Empty, Failure, Loading } from "../../components/States";
import { count, moment } from "../../format";
import { to } from "../../router";
import type { Finding, Report } from "../../types";
import { useData } from "../../useData";

/// What changed since the audit before.
export function Changes({ report }: { report: Report }) {
  const { data, error, reload } = useData(`changes ${report.id} ${report.state}`, () => api.difference(report.id));
  const checks = useData("checks", api.checks);
  if (!data) return error ? <Failure text={error} retry={reload} /> : <Loading lines={6} />;
  const { previous } = data;
  if (!previous) return <Empty title="This is the first audit of the site">{<p>What changes is shown with the next one.</p>}</Empty>;
  const titles = new Map(checks.data?.map((check) => [check.id, check.title]));
  const delta = data.scoreDelta;
  return (
    <>
      <section className="card delta" aria-label="Change of the score">
        <p className={`delta-value ${delta === null || delta === 0 ? "" : delta > 0 ? "ok" : "bad"}`}>
          {delta === null ? "–" : delta > 0 ? `+${delta}` : delta < 0 ? `−${-delta}` : "±0"}
        </p>
        <p>
          points since <a href={to.report(previous.id)}>{moment(previous.createdAt)}</a>
          <span className="sub">
            {count(data.newCount, "new finding")}, {count(data.fixedCount, "fixed finding")}
          </span>
        </p>
      </section>
      <List title="New" all={data.newCount} findings={data.new} report={report.id} titles={titles} none="Nothing new was found" />
      <List title="Fixed" all={data.fixedCount} findings={data.fixed} report={previous.id} titles={titles} none="Nothing was fixed" />
    </>
  );
}

interface ListOf {
  title: string;
  all: number;
  findings: Finding[];
  report: number;
  titles: Map<string, string>;
  none: string;
}

function List({ title, all, findings, report, titles, none }: ListOf) {
  return (
    <section className="card flush" aria-label={title}>
      <div className="group-head">
        <h2>
          {title} <span className="muted">{all}</span>
        </h2>
        {all > findings.length && <p className="muted">The first {findings.length} are shown.</p>}
      </div>
      {findings.length === 0 ? (
        <p className="muted none">{none}.</p>
      ) : (
        <ul className="findings">
          {findings.map((finding) => (
            <FindingItem key={finding.id} report={report} finding={finding} title={titles.get(finding.check) ?? finding.check} />
          ))}
        </ul>
      )}
    </section>
  );
}
