import { api } from "../api";
import { Action } from "../components/Action";
import { Loaded } from "../components/Loaded";
import { useTell } from "../components/Notices";
import { Status } from "../components/Status";
import { Time } from "../components/Time";
import { count, moment, sentence } from "../format";
import { href } from "../router";
import type { SubmissionDetail } from "../types";
import { useData } from "../useData";
import { SOURCES } from "./SubmissionsPage";

export function SubmissionPage({ id }: { id: number }) {
  const data = useData(`submission ${id}`, () => api.submission(id), ({ status }) => (status === "waiting" ? 1_500 : undefined));
  return (
    <>
      <p><a className="back" href={href.submissions}>Submissions</a></p>
      <Loaded data={data} what={`submission ${id}`}>
        {(submission) => <Detail submission={submission} reload={data.reload} />}
      </Loaded>
    </>
  );
}

function Detail({ submission, reload }: { submission: SubmissionDetail; reload: () => Promise<void> }) {
  const tell = useTell();
  const { id, host, status, attempts, message, nextTryAt, urls, tries } = submission;
  const retrying = status === "waiting" && attempts > 0;
  return (
    <>
      <div className="heading">
        <div>
          <h1>{host}</h1>
          <p className="lead" aria-live="polite">
            <Status status={status} retrying={retrying} />{" "}
            {message === null ? "About to be sent." : sentence(message)}
            {retrying && nextTryAt !== null && <> The next try is <Time at={nextTryAt} />.</>}
          </p>
        </div>
        {status === "failed" && (
          <Action
            kind="primary"
            run={async () => {
              await api.retry(id);
              tell.ok("It is being sent again.");
              await reload();
            }}
          >
            Send again
          </Action>
        )}
      </div>
      <dl className="card facts">
        <div><dt>URLs</dt><dd>{submission.urlCount}</dd></div>
        <div>
          <dt>Source</dt>
          <dd>{SOURCES[submission.source]}{submission.deploymentId !== null && ` #${submission.deploymentId}`}</dd>
        </div>
        <div><dt>Answer</dt><dd>{submission.responseCode ?? "None"}</dd></div>
        <div><dt>Tries</dt><dd>{attempts}</dd></div>
        {submission.parts > 1 && <div><dt>Part</dt><dd>{submission.part} of {submission.parts}</dd></div>}
        <div><dt>Asked for</dt><dd>{moment(submission.createdAt)}</dd></div>
      </dl>
      <section className="card" aria-labelledby="tries">
        <h2 id="tries">Tries</h2>
        {tries.length === 0 ? (
          <p className="muted">None yet.</p>
        ) : (
          <ol className="tries">
            {tries.map((attempt) => (
              <li key={attempt.at}>
                <code className={tone(attempt.responseCode)}>{attempt.responseCode ?? "no answer"}</code>
                <span>{sentence(attempt.message)}</span>
                <span className="muted break">{attempt.endpoint}</span>
                <span className="muted"><Time at={attempt.at} /></span>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section className="card" aria-labelledby="urls">
        <h2 id="urls">{count(urls.length, "URL")}</h2>
        <ul className="urls">
          {urls.map((url) => <li key={url}><a href={url} target="_blank" rel="noreferrer">{url}</a></li>)}
        </ul>
      </section>
    </>
  );
}

function tone(code: number | null): string {
  if (code === null) return "bad";
  if (code < 300) return "ok";
  return code === 429 || code >= 500 ? "warn" : "bad";
}
