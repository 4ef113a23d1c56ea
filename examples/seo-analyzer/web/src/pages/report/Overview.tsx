import { SeverityBadge } from "../../components/Badge";
import { ScoreRing } from "../../components/ScoreRing";
import { Empty } from "../../components/States";
import { amount, count } from "../../format";
import { to } from "../../router";
import type { CheckSummary, ReportDetail, Severity } from "../../types";

const points = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function Overview({ report }: { report: ReportDetail }) {
  const costly = [...report.checks].sort((one, other) => (other.points ?? 0) - (one.points ?? 0) || other.pages - one.pages);
  return (
    <>
      {report.score !== null && (
        <section className="card summary" aria-label="Score">
          <ScoreRing score={report.score} />
          <div className="summary-text">
            <h2>{verdict(report.score)}</h2>
            <p className="muted">
              100 points, less what each check costs: its weight, times the root of the share of pages that have it. The most expensive come first.
            </p>
            <dl className="counts">
              <Count severity="error" value={report.errors} id={report.id} />
              <Count severity="warning" value={report.warnings} id={report.id} />
              <Count severity="notice" value={report.notices} id={report.id} />
            </dl>
          </div>
        </section>
      )}
      {costly.length > 0 ? (
        <section className="card flush" aria-labelledby="reasons">
          <h2 id="reasons" className="card-title">
            {report.score === null ? "Found so far" : "Why"}
          </h2>
          <ul className="reasons">
            {costly.map((check) => (
              <Reason key={check.check} check={check} report={report} />
            ))}
          </ul>
        </section>
      ) : (
        <Empty title={report.state === "done" ? "Nothing was found: all is well" : "Nothing was found yet"} />
      )}
    </>
  );
}

const NAMES: Record<Severity, [string, string]> = { error: ["Error", "Errors"], warning: ["Warning", "Warnings"], notice: ["Notice", "Notices"] };

function Count({ severity, value, id }: { severity: Severity; value: number; id: number }) {
  return (
    <a className={`count ${severity}`} href={to.report(id, { tab: "findings", severity })}>
      <dt>{NAMES[severity][value === 1 ? 0 : 1]}</dt>
      <dd>{amount(value)}</dd>
    </a>
  );
}

function Reason({ check, report }: { check: CheckSummary; report: ReportDetail }) {
  const most = Math.max(...report.checks.map((one) => one.points ?? 0), 1);
  return (
    <li>
      <a className="reason" href={to.report(report.id, { tab: "findings", check: check.check })}>
        <span className="reason-main">
          <span className="reason-title">
            <SeverityBadge severity={check.severity} />
            <span className="strong">{check.title}</span>
          </span>
          <span className="muted">{check.advice}</span>
        </span>
        <span className="reason-pages">{count(check.pages, "page")}</span>
        {check.points !== null && (
          <span className="reason-cost">
            <span className={`cost ${check.severity}`} aria-hidden="true">
              <span style={{ width: `${(100 * check.points) / most}%` }} />
            </span>
            <span className="reason-points">−{points.format(check.points)}</span>
            <span className="hidden">points</span>
          </span>
        )}
      </a>
    </li>
  );
}

function verdict(score: number): string {
  if (score >= 85) return "In good shape";
  if (score >= 60) return "Room for improvement";
  return "Needs attention";
}
