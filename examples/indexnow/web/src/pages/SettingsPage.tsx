import { type FormEvent, useState } from "react";

import { api } from "../api";
import { Action } from "../components/Action";
import { Field } from "../components/Field";
import { Loaded } from "../components/Loaded";
import { useTell } from "../components/Notices";
import type { Settings, SettingsUpdate } from "../types";
import { useData } from "../useData";

export function SettingsPage() {
  const data = useData("settings", api.settings);
  return (
    <>
      <div className="heading">
        <div>
          <h1>Settings</h1>
          <p className="lead">Which engine is told, when, and how it knows that it is you.</p>
        </div>
      </div>
      <Loaded data={data} what="settings">
        {(settings) => <SettingsForm settings={settings} onChanged={data.reload} />}
      </Loaded>
    </>
  );
}

function fields(settings: Settings) {
  return { ...settings, customEndpoint: settings.customEndpoint ?? "" };
}

function SettingsForm({ settings, onChanged }: { settings: Settings; onChanged: () => Promise<void> }) {
  const tell = useTell();
  const [form, setForm] = useState(() => fields(settings));
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }));

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    const update: SettingsUpdate = {
      key: form.key.trim(),
      engine: form.engine,
      autoSubmit: form.autoSubmit,
      // An empty field is no number: the plugin says what is allowed.
      batchSize: Math.round(form.batchSize) || 0,
      staleAfterDays: Math.round(form.staleAfterDays) || 0,
      ...(form.engine === "custom" ? { customEndpoint: form.customEndpoint } : {}),
    };
    try {
      // As the plugin took them: a URL may be written otherwise.
      setForm(fields(await api.updateSettings(update)));
      tell.ok("The settings were saved.");
      await onChanged();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };
  const chosen = settings.engines.find(({ id }) => id === form.engine);
  return (
    <form className="stack" onSubmit={(event) => void save(event)} noValidate>
      <fieldset className="card form">
        <legend>Engine</legend>
        <Field label="Submit to" hint={chosen?.endpoint ?? "Any endpoint that speaks IndexNow."}>
          {({ id, describedBy }) => (
            <select id={id} value={form.engine} onChange={(event) => set({ engine: event.target.value })} aria-describedby={describedBy}>
              {settings.engines.map((engine) => <option key={engine.id} value={engine.id}>{engine.label}</option>)}
            </select>
          )}
        </Field>
        {form.engine === "custom" && (
          <Field label="Endpoint" hint="Your operator's policy has to allow it.">
            {({ id, describedBy }) => (
              <input
                id={id}
                type="url"
                value={form.customEndpoint}
                onChange={(event) => set({ customEndpoint: event.target.value })}
                placeholder="https://engine.example.com/indexnow"
                aria-describedby={describedBy}
                spellCheck={false}
              />
            )}
          </Field>
        )}
        <Field label="URLs in a request" hint="1 to 10,000. Longer lists are sent in parts.">
          {({ id, describedBy }) => (
            <NumberInput id={id} describedBy={describedBy} most={10_000} value={form.batchSize} onChange={(batchSize) => set({ batchSize })} />
          )}
        </Field>
      </fieldset>

      <fieldset className="card form">
        <legend>When</legend>
        <label className="switch">
          <input type="checkbox" role="switch" checked={form.autoSubmit} onChange={(event) => set({ autoSubmit: event.target.checked })} />
          <span>
            Submit after deployments
            <span className="hint">What a deployment to production made new or changed. Previews are never submitted.</span>
          </span>
        </label>
        <Field label="Suggest a page again after" hint="Days without a submission, 1 to 365.">
          {({ id, describedBy }) => (
            <NumberInput id={id} describedBy={describedBy} most={365} value={form.staleAfterDays} onChange={(staleAfterDays) => set({ staleAfterDays })} />
          )}
        </Field>
      </fieldset>

      <fieldset className="card form">
        <legend>Key</legend>
        <Field
          label="Key"
          hint={<>Each site serves it at <code className="break">/{form.key}.txt</code>, as text. The plugin serves that file too, at{" "}
            <a className="break" href={`/api/x/indexnow/key/${settings.key}.txt`} target="_blank" rel="noreferrer">/api/x/indexnow/key/…</a>:
            a site may pass the path on to it.</>}
        >
          {({ id, describedBy }) => (
            <input
              id={id}
              className="mono"
              type="text"
              value={form.key}
              onChange={(event) => set({ key: event.target.value })}
              aria-describedby={describedBy}
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        <p className="actions">
          <Action
            run={async () => {
              // What else was typed stays.
              set({ key: (await api.newKey()).key });
              tell.ok("There is a new key. Your sites have to serve it.");
              await onChanged();
            }}
          >
            Make a new key
          </Action>
        </p>
      </fieldset>

      <p className="error" role="alert">{error}</p>
      <p className="actions save">
        <button type="submit" className="button primary" aria-busy={busy}>Save settings</button>
      </p>
    </form>
  );
}

interface NumberProps {
  id: string;
  describedBy: string | undefined;
  most: number;
  value: number;
  onChange: (value: number) => void;
}

function NumberInput({ id, describedBy, most, value, onChange }: NumberProps) {
  return (
    <input
      id={id}
      className="short"
      type="number"
      min={1}
      max={most}
      value={Number.isNaN(value) ? "" : value}
      onChange={(event) => onChange(event.target.valueAsNumber)}
      aria-describedby={describedBy}
    />
  );
}
