import { useState } from "react";

import { api } from "../api";
import { count, host, sentence } from "../format";
import type { KeyCheck, Project, Site } from "../types";
import { Action } from "./Action";
import { Field } from "./Field";
import { useTell } from "./Notices";
import { ProjectSelect } from "./ProjectSelect";
import { Time } from "./Time";

interface Props {
  site: Site;
  projects: Project[] | undefined;
  onChanged: () => Promise<void>;
}

export function SiteCard({ site, projects, onChanged }: Props) {
  const tell = useTell();
  const [open, setOpen] = useState(false);
  const [check, setCheck] = useState<KeyCheck>();
  const name = host(site.origin);
  const project = projects?.find(({ id }) => id === site.projectId)?.name ?? (site.projectId === null ? "No project" : `Project ${site.projectId}`);
  return (
    <article className="card site" aria-label={name}>
      <div className="site-head">
        <div>
          <h2><a href={site.origin} target="_blank" rel="noreferrer">{name}</a></h2>
          <p className="muted">{project} · {count(site.pages, "page")}</p>
        </div>
        <p className="actions">
          <Action
            run={async () => {
              await api.scan(site.id);
              await onChanged();
            }}
          >
            Look for pages
          </Action>
          <Action run={async () => setCheck(await api.checkKey(site.id))}>Check key</Action>
          <button type="button" className="button quiet" aria-expanded={open} onClick={() => setOpen(!open)}>Edit</button>
        </p>
      </div>
      <ScanResult site={site} />
      <div role="status">
        {check && (
          <p className={`note ${check.served ? "ok" : "bad"}`}>
            {check.message} <a className="break" href={check.location} target="_blank" rel="noreferrer">{check.location}</a>
          </p>
        )}
      </div>
      {open && (
        <EditSite
          site={site}
          projects={projects ?? []}
          onSaved={async () => {
            setOpen(false);
            setCheck(undefined);
            tell.ok(`${name} was saved.`);
            await onChanged();
          }}
          onDeleted={async () => {
            tell.ok(`${name} was removed. Its history stays.`);
            await onChanged();
          }}
        />
      )}
    </article>
  );
}

function ScanResult({ site }: { site: Site }) {
  const scan = site.lastScan;
  if (scan === null) return null;
  if (scan.status === "failed") return <p className="note bad">{sentence(scan.message ?? "it failed")}</p>;
  if (scan.status === "waiting") {
    return scan.message === null
      ? <p className="note busy" role="status">Looking for pages…</p>
      : <p className="note warn">{sentence(scan.message)} It is tried again.</p>;
  }
  return (
    <p className="note plain">
      {count(scan.found, "page")} {scan.message}
      {scan.deploymentId !== null && `, after deployment ${scan.deploymentId}: ${scan.submitted} submitted`}
      {scan.finishedAt !== null && <>, <Time at={scan.finishedAt} /></>}.
    </p>
  );
}

interface EditProps {
  site: Site;
  projects: Project[];
  onSaved: () => Promise<void>;
  onDeleted: () => Promise<void>;
}

function EditSite({ site, projects, onSaved, onDeleted }: EditProps) {
  const [projectId, setProjectId] = useState(site.projectId);
  const [keyLocation, setKeyLocation] = useState(site.keyLocation ?? "");
  const [sure, setSure] = useState(false);
  return (
    <div className="form site-edit">
      <div className="columns">
        <Field label="Project">
          {({ id }) => <ProjectSelect id={id} projects={projects} value={projectId} onChange={setProjectId} />}
        </Field>
        <Field label="Key location" hint="Where the site serves its key, if not at /{key}.txt. On the same host.">
          {({ id, describedBy }) => (
            <input
              id={id}
              type="text"
              inputMode="url"
              autoCapitalize="none"
              spellCheck={false}
              placeholder="/keys/indexnow.txt"
              value={keyLocation}
              onChange={(event) => setKeyLocation(event.target.value)}
              aria-describedby={describedBy}
            />
          )}
        </Field>
      </div>
      <p className="actions">
        <Action
          kind="primary"
          run={async () => {
            await api.updateSite(site.id, { origin: site.origin, projectId, keyLocation: keyLocation.trim() || null });
            await onSaved();
          }}
        >
          Save
        </Action>
        {sure ? (
          <Action
            kind="danger"
            run={async () => {
              await api.deleteSite(site.id);
              await onDeleted();
            }}
          >
            Remove for good
          </Action>
        ) : (
          <button type="button" className="button quiet" onClick={() => setSure(true)}>Remove site</button>
        )}
      </p>
    </div>
  );
}
