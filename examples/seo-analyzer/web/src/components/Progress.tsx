import { useState } from "react";
import { api } from "../api";
import { amount, site } from "../format";
import type { Report } from "../types";
import { message } from "../useData";

/// A report that is under way, with a way to end it.
export function Progress({ report, changed, href }: { report: Report; changed: () => void; href?: string }) {
  const [error, setError] = useState<string>();
  const [ending, setEnding] = useState(false);
  const { pagesDone: done, pagesKnown: known } = report;
  const crawled = known > 0 && done >= known;
  const words =
    report.state === "queued" ? "Waiting for another audit to end" : known === 0 ? "Reading robots.txt and sitemap" : crawled ? "Comparing pages" : "Crawling";
  const cancel = async () => {
    setEnding(true);
    setError(undefined);
    try {
      await api.cancel(report.id);
    } catch (error) {
      setError(message(error));
    }
    setEnding(false);
    changed();
  };
  return (
    <section className="card progress" aria-label={`Audit of ${site(report.site)}`}>
      <div className="progress-head">
        <div>
          <p className="progress-site">{href ? <a href={href}>{site(report.site)}</a> : site(report.site)}</p>
          <p className="muted" role="status">
            {words}
            {known > 0 && ` · ${amount(done)} of ${amount(known)} known pages`}
          </p>
        </div>
        <button type="button" className="button" onClick={cancel} disabled={ending}>
          Cancel
        </button>
      </div>
      <div
        className={known === 0 ? "bar unknown" : "bar"}
        role="progressbar"
        aria-label="Pages done"
        aria-valuemin={0}
        aria-valuemax={Math.max(known, 1)}
        aria-valuenow={known === 0 ? undefined : done}
      >
        <div style={{ width: `${known === 0 ? 0 : (100 * done) / known}%` }} />
      </div>
      {error && <p className="field-error" role="alert">{error}</p>}
    </section>
  );
}
