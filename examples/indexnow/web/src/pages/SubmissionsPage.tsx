import { useState } from "react";

import { api } from "../api";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Status } from "../components/Status";
import { Time } from "../components/Time";
import { count, sentence } from "../format";
import { href } from "../router";
import type { Source, Submission, SubmissionPage, WorkStatus } from "../types";
import { useData } from "../useData";

const FILTERS: { status: WorkStatus | undefined; label: string }[] = [
  { status: undefined, label: "All" },
  { status: "waiting", label: "Waiting" },
  { status: "done", label: "Accepted" },
  { status: "failed", label: "Failed" },
];

export const SOURCES: Record<Source, string> = {
  manual: "By hand",
  deployment: "Deployment",
  suggestions: "Suggestions",
};

/** Soon while something is under way. */
const pause = (page: SubmissionPage) => (page.submissions.some(({ status }) => status === "waiting") ? 1_500 : 15_000);

export function SubmissionsPage() {
  const [status, setStatus] = useState<WorkStatus>();
  const [page, setPage] = useState(0);
  const data = useData(`submissions ${status} ${page}`, () => api.submissions(page, status), pause);

  const choose = (chosen: WorkStatus | undefined) => {
    setStatus(chosen);
    setPage(0);
  };
  return (
    <>
      <div className="heading">
        <div>
          <h1>Submissions</h1>
          <p className="lead">What search engines were told, and what they made of it.</p>
        </div>
        <div className="segments" role="group" aria-label="Show">
          {FILTERS.map((filter) => (
            <button key={filter.label} type="button" aria-pressed={filter.status === status} onClick={() => choose(filter.status)}>
              {filter.label}
            </button>
          ))}
        </div>
      </div>
      <Loaded data={data} what="submissions">
        {(found) =>
          found.submissions.length === 0 ? (
            <Nothing filtered={status !== undefined} />
          ) : (
            <>
              <ul className="card rows">
                {found.submissions.map((submission) => <Row key={submission.id} submission={submission} />)}
              </ul>
              {found.pages > 1 && <Pager page={found} go={setPage} />}
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Row({ submission }: { submission: Submission }) {
  const { id, host, status, attempts, urlCount, source, deploymentId, part, parts, responseCode, message, createdAt } = submission;
  return (
    <li>
      <a className="row" href={href.submission(id)}>
        <span className="row-status"><Status status={status} retrying={status === "waiting" && attempts > 0} /></span>
        <span className="row-main">
          <strong>{host}</strong>
          <span className="muted clip">{message === null ? "About to be sent." : sentence(message)}</span>
        </span>
        <span className="row-fact">
          {count(urlCount, "URL")}
          <span className="muted">
            {SOURCES[source]}{deploymentId !== null && ` #${deploymentId}`}{parts > 1 && `, part ${part} of ${parts}`}
          </span>
        </span>
        <span className="row-end">
          {responseCode !== null && <code>{responseCode}</code>}
          <span className="muted"><Time at={createdAt} /></span>
        </span>
      </a>
    </li>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <Empty title="Nothing here">No submission has this status.</Empty>
  ) : (
    <Empty
      title="Nothing was submitted yet"
      action={
        <p className="actions center">
          <a className="button primary" href={href.sites}>Add a site</a>
          <a className="button" href={href.submit}>Submit URLs</a>
        </p>
      }
    >
      Add a site, and its pages are submitted after each deployment. Or submit some by hand.
    </Empty>
  );
}

function Pager({ page, go }: { page: SubmissionPage; go: (page: number) => void }) {
  return (
    <nav className="pager" aria-label="Pages">
      <button type="button" className="button" disabled={page.page === 0} onClick={() => go(page.page - 1)}>Newer</button>
      <span className="muted">Page {page.page + 1} of {page.pages}, {count(page.total, "submission")}</span>
      <button type="button" className="button" disabled={page.page + 1 >= page.pages} onClick={() => go(page.page + 1)}>Older</button>
    </nav>
  );
}
