import { api, type Deployment } from "./api";
import { href, useRoute } from "./router";
import { useData } from "./useData";

export function App() {
  const route = useRoute();
  switch (route.page) {
    case "deployments":
      return <DeploymentsPage />;
    case "deployment":
      return <DeploymentPage key={route.id} id={route.id} />;
    case "unknown":
      return <main><p>There is no such page. <a href={href.deployments}>All deployments</a></p></main>;
  }
}

function DeploymentsPage() {
  const overview = useData(api.overview);
  const deployments = useData(api.deployments);
  const known = overview.value;
  const list = deployments.value ?? [];
  return (
    <main>
      <header>
        <div>
          <h1>Deployments</h1>
          <p className="muted">{known ? summary(known.deployments, known.keepDays) : "Loading…"}</p>
        </div>
      </header>
      <p className="error" role="alert">{deployments.error ?? overview.error}</p>
      {list.length > 0 && (
        <div className="card scroll">
          <table>
            <thead>
              <tr><th>Deployment</th><th>Status</th><th>Project</th><th>Branch</th><th>Updated</th></tr>
            </thead>
            <tbody>
              {list.map((deployment) => <Row key={deployment.id} deployment={deployment} />)}
            </tbody>
          </table>
        </div>
      )}
    </main>
  );
}

function summary(count: number, days: number): string {
  return count === 0
    ? `None yet: the next deployment shows up here. It is kept for ${days} days.`
    : `${count} in all, each kept for ${days} days.`;
}

function Row({ deployment: { id, status, projectId, branch, updatedAt } }: { deployment: Deployment }) {
  return (
    <tr>
      <td><a href={href.deployment(id)}>#{id}</a></td>
      <td><Status status={status} /></td>
      <td>{projectId ?? "–"}</td>
      <td>{branch ?? "–"}</td>
      <td>{new Date(updatedAt).toLocaleString()}</td>
    </tr>
  );
}

function DeploymentPage({ id }: { id: number }) {
  const { value, error } = useData(() => api.deployment(id));
  return (
    <main>
      <nav><a href={href.deployments}>All deployments</a></nav>
      <h1>Deployment #{id}</h1>
      <p className="error" role="alert">{error}</p>
      {value && (
        <dl className="card">
          <dt>Status</dt>
          <dd><Status status={value.status} /></dd>
          <dt>Project</dt>
          <dd>{value.projectId ?? "–"}</dd>
          <dt>Branch</dt>
          <dd>{value.branch ?? "–"}</dd>
          <dt>Address</dt>
          <dd><Address url={value.url} /></dd>
          <dt>Updated</dt>
          <dd>{new Date(value.updatedAt).toLocaleString()}</dd>
        </dl>
      )}
    </main>
  );
}

function Status({ status }: { status: string }) {
  return <span className="badge" data-status={status}>{status}</span>;
}

/** A link where it leads to the web: an event could say anything. */
function Address({ url }: { url: string | null }) {
  if (!url || !/^https?:\/\//.test(url)) return url ?? "–";
  return <a href={url} target="_blank" rel="noopener">{url}</a>;
}
