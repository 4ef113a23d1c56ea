import { type FormEvent, useState } from "react";

import { api } from "../api";
import { Empty } from "../components/Empty";
import { Field } from "../components/Field";
import { Loaded } from "../components/Loaded";
import { useTell } from "../components/Notices";
import { count, host } from "../format";
import { go, href } from "../router";
import type { Site } from "../types";
import { useData } from "../useData";

export function SubmitPage() {
  const data = useData("sites", api.sites);
  return (
    <>
      <div className="heading">
        <div>
          <h1>Submit URLs</h1>
          <p className="lead">Tell search engines of pages now, without waiting for a deployment.</p>
        </div>
      </div>
      <Loaded data={data} what="your sites">
        {(sites) =>
          sites.length === 0 ? (
            <Empty title="There is no site yet" action={<a className="button primary" href={href.sites}>Add a site</a>}>
              URLs are submitted for a site, which proves with its key that they are its own.
            </Empty>
          ) : (
            <SubmitForm sites={sites} />
          )
        }
      </Loaded>
    </>
  );
}

function SubmitForm({ sites }: { sites: Site[] }) {
  const tell = useTell();
  const [siteId, setSiteId] = useState(sites[0]?.id ?? 0);
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const site = sites.find(({ id }) => id === siteId) ?? sites[0];
  const urls = text.split(/\s+/).filter((url) => url !== "");

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || site === undefined) return;
    if (urls.length === 0) {
      setError("Enter at least one URL or path.");
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      const done = await api.submit(site.id, urls);
      tell.ok(`On the way: ${count(done.urls, "URL")} of ${host(site.origin)}.`);
      const [only, ...others] = done.submissions;
      go(only !== undefined && others.length === 0 ? href.submission(only) : href.submissions);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <form className="card form narrow" onSubmit={(event) => void submit(event)} noValidate>
      <Field label="Site">
        {({ id }) => (
          <select id={id} value={site?.id} onChange={(event) => setSiteId(Number(event.target.value))}>
            {sites.map((one) => <option key={one.id} value={one.id}>{host(one.origin)}</option>)}
          </select>
        )}
      </Field>
      <Field label="URLs" hint="One in each line: whole URLs of the site, or paths such as /pricing. At most 10,000.">
        {({ id, describedBy }) => (
          <textarea
            id={id}
            rows={10}
            value={text}
            onChange={(event) => setText(event.target.value)}
            aria-describedby={`${describedBy} submit-error`}
            aria-invalid={error !== undefined}
            placeholder={`${site?.origin ?? "https://example.com"}/\n/pricing\n/blog/hello`}
            spellCheck={false}
            autoCapitalize="none"
          />
        )}
      </Field>
      <p className="error" id="submit-error" role="alert">{error}</p>
      <p className="actions">
        <button type="submit" className="button primary" aria-busy={busy}>
          {urls.length > 1 ? `Submit ${count(urls.length, "URL")}` : "Submit"}
        </button>
      </p>
    </form>
  );
}
