import { type FormEvent, useState } from "react";

import { api } from "../api";
import { Empty } from "../components/Empty";
import { Field } from "../components/Field";
import { Loaded } from "../components/Loaded";
import { useTell } from "../components/Notices";
import { ProjectSelect } from "../components/ProjectSelect";
import { SiteCard } from "../components/SiteCard";
import { host } from "../format";
import type { Project, Site } from "../types";
import { useData } from "../useData";

/** Soon while a site is being looked through. */
const pause = (sites: Site[]) => (sites.some((site) => site.lastScan?.status === "waiting") ? 1_500 : 15_000);

export function SitesPage({ onChanged }: { onChanged: () => void }) {
  const sites = useData("sites", api.sites, pause);
  const projects = useData("projects", api.projects);
  const changed = async () => {
    await sites.reload();
    onChanged();
  };
  return (
    <>
      <div className="heading">
        <div>
          <h1>Sites</h1>
          <p className="lead">Whose pages are submitted, and which project's deployments change them.</p>
        </div>
      </div>
      <AddSite projects={projects.value ?? []} onAdded={changed} />
      <Loaded data={sites} what="sites">
        {(all) =>
          all.length === 0 ? (
            <Empty title="No site yet">
              Add the address that visitors see. Its pages are found by its sitemap, or by following its links.
            </Empty>
          ) : (
            <ul className="stack">
              {all.map((site) => <li key={site.id}><SiteCard site={site} projects={projects.value} onChanged={changed} /></li>)}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function AddSite({ projects, onAdded }: { projects: Project[]; onAdded: () => Promise<void> }) {
  const tell = useTell();
  const [origin, setOrigin] = useState("");
  const [projectId, setProjectId] = useState<number | null>(null);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const site = await api.createSite({ origin, projectId, keyLocation: null });
      setOrigin("");
      setProjectId(null);
      tell.ok(`${host(site.origin)} was added. Its pages are being looked for.`);
      await onAdded();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="card form" onSubmit={(event) => void add(event)} noValidate aria-label="Add a site">
      <div className="columns">
        <Field label="Address">
          {({ id }) => (
            <input
              id={id}
              type="text"
              inputMode="url"
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              placeholder="shop.example.com"
              value={origin}
              onChange={(event) => setOrigin(event.target.value)}
              aria-invalid={error !== undefined}
              aria-describedby="site-error"
            />
          )}
        </Field>
        <Field label="Project">
          {({ id }) => <ProjectSelect id={id} projects={projects} value={projectId} onChange={setProjectId} />}
        </Field>
        <button type="submit" className="button primary" aria-busy={busy}>Add site</button>
      </div>
      <p className="error" id="site-error" role="alert">{error}</p>
    </form>
  );
}
