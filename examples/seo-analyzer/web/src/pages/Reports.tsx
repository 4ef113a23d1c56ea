import { type FormEvent, useId, useState } from "react";
import { api } from "../api";
import { StateBadge } from "../components/Badge";
import { Progress } from "../components/Progress";
import { ScoreChart } from "../components/ScoreChart";
import { grade } from "../components/ScoreRing";
import { Empty, Failure, Loading } from "../components/States";
import { amount, count, moment, site } from "../format";
import { go, to } from "../router";
import type { Report } from "../types";
import { message, useData } from "../useData";

const WATCH_MS = 700;
const LOOK_MS = 10_000;

const isUnderWay = ({ state }: Report) => state === "queued" || state === "running";

export function Reports() {
  const { data, error, reload } = useData("reports", api.reports, (reports) => (reports.some(isUnderWay) ? WATCH_MS : LOOK_MS));
  const [chosen, choose] = useState<string>();
  if (!data) return error ? <Failure text={error} retry={reload} /> : <Loading lines={6} />;
  const sites = [...new Set(data.map((report) => report.site))];
  const shown = sites.find((one) => one === chosen) ?? sites[0];
  const ofSite = data.filter((report) => report.site === shown);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Reports</h1>
          <p className="muted">What keeps your sites from being found, and what became of it.</p>
        </div>
      </div>
      <NewAudit begun={reload} />
      {error && <Failure text={error} retry={reload} />}
      {data.filter(isUnderWay).map((report) => (
        <Progress key={report.id} report={report} changed={reload} href={to.report(report.id)} />
      ))}
      {shown === undefined ? (
        <Empty title="No audits yet">
          <p>Enter a site above, or deploy a project: its site is audited then.</p>
        </Empty>
      ) : (
        <>
          {sites.length > 1 && (
            <div className="sites" role="group" aria-label="Site">
              {sites.map((one) => (
                <button key={one} type="button" className="chip" aria-pressed={one === shown} onClick={() => choose(one)}>
                  {site(one)}
                </button>
              ))}
            </div>
          )}
          <section className="card" aria-labelledby="score-over-time">
            <div className="card-head">
              <h2 id="score-over-time">Score over time</h2>
              <span className="muted">{site(shown)}</span>
            </div>
            {ofSite.some((report) => report.score !== null) ? (
              <ScoreChart reports={[...ofSite].reverse()} />
            ) : (
              <p className="muted">There is a score once an audit is done.</p>
            )}
          </section>
          <ReportTable reports={ofSite} />
        </>
      )}
    </>
  );
}

function NewAudit({ begun }: { begun: () => void }) {
  const id = useId();
  const [url, setUrl] = useState("");
  const [error, setError] = useState<string>();
  const [sending, setSending] = useState(false);
  const begin = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setError(undefined);
    const given = url.trim();
    try {
      const report = await api.begin({ url: /^[a-z]+:\/\//i.test(given) ? given : `https://${given}` });
      setUrl("");
      begun();
      go(to.report(report.id));
    } catch (error) {
      setError(message(error));
    }
    setSending(false);
  };
  return (
    <form className="card new-audit" onSubmit={begin}>
      <label htmlFor={id}>Site to audit</label>
      <div className="row">
        <input
          id={id}
          type="text"
          inputMode="url"
          autoComplete="url"
          spellCheck={false}
          placeholder="https://example.com"
          value={url}
          required
          aria-invalid={error !== undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={(event) => setUrl(event.target.value)}
        />
        <button type="submit" className="button primary" disabled={sending}>
          Run audit
        </button>
      </div>
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}

function ReportTable({ reports }: { reports: Report[] }) {
  return (
    <section className="card flush" aria-label="Audits">
      <table className="table reports">
        <thead>
          <tr>
            <th scope="col">Audit</th>
            <th scope="col" className="number">
              Score
            </th>
            <th scope="col" className="number">
              Pages
            </th>
            <th scope="col">Findings</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {reports.map((report) => (
            <tr key={report.id}>
              <td data-label="Audit">
                <a href={to.report(report.id)} className="strong">
                  {moment(report.createdAt)}
                </a>
                <span className="sub">{report.trigger === "deployment" ? "after a deployment" : "by hand"}</span>
              </td>
              <td data-label="Score" className="number">
                {report.score === null ? <span className="muted">–</span> : <span className={`score ${grade(report.score)}`}>{report.score}</span>}
              </td>
              <td data-label="Pages" className="number">
                {amount(report.pagesDone)}
              </td>
              <td data-label="Findings">
                {report.state === "done" ? (
                  <span className="tally">
                    <span className="error">{count(report.errors, "error")}</span>
                    <span className="warning">{count(report.warnings, "warning")}</span>
                    <span className="notice">{count(report.notices, "notice")}</span>
                  </span>
                ) : (
                  <span className="muted">–</span>
                )}
              </td>
              <td data-label="State">
                <StateBadge state={report.state} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
