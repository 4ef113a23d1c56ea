import { type FormEvent, useEffect, useId, useState } from "react";
import { api } from "../api";
import { Empty, Failure, Loading } from "../components/States";
import type { ProjectSite, Settings } from "../types";
import { message, useData } from "../useData";

type Numbers = Exclude<keyof Settings, "autoRun">;

const FIELDS: readonly { name: Numbers; label: string; unit: string; help: string; least: number; most: number }[] = [
  { name: "maxPages", label: "Pages", unit: "pages", help: "An audit ends when it knows so many URLs.", least: 1, most: 5000 },
  { name: "maxDepth", label: "Depth", unit: "clicks", help: "How far from the start it follows links.", least: 0, most: 50 },
  { name: "maxPageKib", label: "Size of a page", unit: "KiB", help: "What is behind it is not read.", least: 16, most: 8192 },
  { name: "concurrency", label: "Requests at once", unit: "requests", help: "More is faster, and harder on the site.", least: 1, most: 16 },
  { name: "delayMs", label: "Pause between requests", unit: "ms", help: "A site's robots.txt may ask for more.", least: 0, most: 60000 },
];

export function SettingsView() {
  const { data, error, reload } = useData("settings", api.settings);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Settings</h1>
          <p className="muted">How far audits go, how fast, and when they begin.</p>
        </div>
      </div>
      {data ? <Limits key={JSON.stringify(data)} settings={data} changed={reload} /> : error ? <Failure text={error} retry={reload} /> : <Loading lines={6} />}
      <Projects />
    </>
  );
}

function Limits({ settings, changed }: { settings: Settings; changed: () => void }) {
  const id = useId();
  const [draft, setDraft] = useState<Record<Numbers, string>>(() => texts(settings));
  const [autoRun, setAutoRun] = useState(settings.autoRun);
  const [error, setError] = useState<string>();
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useSaved();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaving(true);
    setError(undefined);
    try {
      const numbers = Object.fromEntries(FIELDS.map(({ name }) => [name, Number(draft[name])]));
      await api.updateSettings({ ...numbers, autoRun });
      setSaved();
      changed();
    } catch (error) {
      setError(message(error));
    }
    setSaving(false);
  };
  return (
    <form className="card" onSubmit={save} aria-label="Audits">
      <h2>Audits</h2>
      <div className="fields">
        {FIELDS.map(({ name, label, unit, help, least, most }) => (
          <div key={name} className="field">
            <label htmlFor={`${id}-${name}`}>{label}</label>
            <div className="with-unit">
              <input
                id={`${id}-${name}`}
                type="number"
                inputMode="numeric"
                required
                min={least}
                max={most}
                step={1}
                value={draft[name]}
                aria-describedby={`${id}-${name}-help`}
                onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
              />
              <span className="unit">{unit}</span>
            </div>
            <p id={`${id}-${name}-help`} className="help">
              {help} {least} to {most}.
            </p>
          </div>
        ))}
      </div>
      <label className="check">
        <input type="checkbox" checked={autoRun} onChange={(event) => setAutoRun(event.target.checked)} />
        <span>
          Audit deployments
          <span className="help">Each deployment of a project that is not set up below begins an audit of its URL.</span>
        </span>
      </label>
      <div className="form-foot">
        <button type="submit" className="button primary" disabled={saving}>
          Save
        </button>
        <span role="status" className="muted">
          {saved ? "Saved." : ""}
        </span>
      </div>
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}

const texts = (settings: Settings) => Object.fromEntries(FIELDS.map(({ name }) => [name, String(settings[name])])) as Record<Numbers, string>;

const SAVED_MS = 4000;
let savedAt = 0;

/// Whether something was saved a moment ago; also for a form that is made anew by it.
function useSaved(): [boolean, () => void] {
  const [saved, setSaved] = useState(() => Date.now() - savedAt < SAVED_MS);
  useEffect(() => {
    if (!saved) return;
    const timer = window.setTimeout(() => setSaved(false), SAVED_MS);
    return () => window.clearTimeout(timer);
  }, [saved]);
  const mark = () => {
    savedAt = Date.now();
    setSaved(true);
  };
  return [saved, mark];
}

function Projects() {
  const { data, error, reload } = useData("projects", api.projects);
  return (
    <section className="card" aria-labelledby="projects">
      <h2 id="projects">Projects</h2>
      <p className="muted">Where the audit of a project begins. Without it, a deployment's own URL is audited.</p>
      {error ? (
        <Failure text={error} retry={reload} />
      ) : !data ? (
        <Loading lines={3} />
      ) : data.length === 0 ? (
        <Empty title="There are no projects" />
      ) : (
        <ul className="projects">
          {data.map((project) => (
            <ProjectForm key={`${project.id} ${project.site?.url} ${project.site?.autoRun}`} project={project} changed={reload} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ProjectForm({ project, changed }: { project: ProjectSite; changed: () => void }) {
  const id = useId();
  const [url, setUrl] = useState(project.site?.url ?? "");
  const [autoRun, setAutoRun] = useState(project.site?.autoRun ?? true);
  const [error, setError] = useState<string>();
  const act = async (action: () => Promise<unknown>) => {
    setError(undefined);
    try {
      await action();
      changed();
    } catch (error) {
      setError(message(error));
    }
  };
  return (
    <li>
      <form
        aria-label={project.name}
        onSubmit={(event) => {
          event.preventDefault();
          void act(() => api.setSite(project.id, { url, autoRun }));
        }}
      >
        <label htmlFor={id} className="strong">
          {project.name}
        </label>
        <div className="row">
          <input id={id} type="url" required placeholder="https://example.com" value={url} onChange={(event) => setUrl(event.target.value)} />
          <button type="submit" className="button">
            Save
          </button>
          {project.site && (
            <button type="button" className="button quiet" onClick={() => act(() => api.removeSite(project.id))}>
              Remove
            </button>
          )}
        </div>
        <label className="check">
          <input type="checkbox" checked={autoRun} onChange={(event) => setAutoRun(event.target.checked)} />
          <span>Audit it after each deployment</span>
        </label>
        {error && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
      </form>
    </li>
  );
}
