import { path } from "../format";
import { to } from "../router";
import type { Finding } from "../types";
import { SeverityBadge } from "./Badge";

/// A finding, with its page unless that is clear.
export function FindingItem({ report, finding, title, ofPage = false }: { report: number; finding: Finding; title: string; ofPage?: boolean }) {
  return (
    <li className="finding">
      <div className="finding-head">
        <SeverityBadge severity={finding.severity} />
        <span className="finding-title">{title}</span>
      </div>
      {!ofPage && (
        <a className="finding-url" href={to.url(report, finding.url)}>
          {path(finding.url)}
        </a>
      )}
      {title !== finding.message && <p className="finding-message">{finding.message}</p>}
      {finding.evidence.length > 0 && (
        <ul className="evidence">
          {finding.evidence.map((piece, at) => (
            <li key={at}>{piece}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
