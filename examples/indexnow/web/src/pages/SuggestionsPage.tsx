import { useState } from "react";

import { api } from "../api";
import { Action } from "../components/Action";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { useTell } from "../components/Notices";
import { ReasonBadge } from "../components/Status";
import { Time } from "../components/Time";
import { count, host, path } from "../format";
import { href } from "../router";
import type { Reason, Site, Suggestion, Suggestions } from "../types";
import { useData } from "../useData";

/** Scans find more while the page is open. */
const EVERY = 5_000;

interface Found {
  all: Suggestions;
  sites: Site[];
}

export function SuggestionsPage({ onSubmitted }: { onSubmitted: () => void }) {
  const [siteId, setSiteId] = useState<number>();
  const load = async (): Promise<Found> => {
    const [all, sites] = await Promise.all([api.suggestions(siteId), api.sites()]);
    return { all, sites };
  };
  const data = useData(`suggestions ${siteId}`, load, () => EVERY);
  const sites = data.value?.sites ?? [];
  return (
    <>
      <div className="heading">
        <div>
          <h1>Suggestions</h1>
          <p className="lead">Pages that search engines should hear of: new, changed, or not submitted for long.</p>
        </div>
        {(sites.length > 1 || siteId !== undefined) && (
          <label className="inline">
            <span>Site</span>
            <select value={siteId ?? ""} onChange={(event) => setSiteId(event.target.value ? Number(event.target.value) : undefined)}>
              <option value="">All sites</option>
              {sites.map((site) => <option key={site.id} value={site.id}>{host(site.origin)}</option>)}
            </select>
          </label>
        )}
      </div>
      <Loaded data={data} what="suggestions">
        {({ all, sites }) => {
          const submitted = async () => {
            await data.reload();
            onSubmitted();
          };
          if (sites.length === 0) return <NoSites />;
          if (all.suggestions.length === 0) return <UpToDate sites={sites} />;
          return (
            <>
              <Counts all={all} />
              {sites.map((site) => {
                const pages = all.suggestions.filter((page) => page.siteId === site.id);
                return pages.length > 0 && <SiteSuggestions key={site.id} site={site} pages={pages} onSubmitted={submitted} />;
              })}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Counts({ all }: { all: Suggestions }) {
  const facts: [string, number, string][] = [
    ["New", all.new, "never submitted"],
    ["Changed", all.changed, "since they were submitted"],
    ["Stale", all.stale, "not submitted for long"],
  ];
  return (
    <dl className="stats">
      {facts.map(([name, number, hint]) => (
        <div key={name} className="card stat">
          <dt>{name}</dt>
          <dd><b>{number}</b> <span className="muted">{hint}</span></dd>
        </div>
      ))}
    </dl>
  );
}

function SiteSuggestions({ site, pages, onSubmitted }: { site: Site; pages: Suggestion[]; onSubmitted: () => Promise<void> }) {
  const tell = useTell();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const here = pages.filter((page) => chosen.has(page.url)).map((page) => page.url);
  const submit = async (urls?: string[]) => {
    const done = await api.submitSuggestions(site.id, urls);
    setChosen(new Set());
    tell.ok(`On the way: ${count(done.urls, "page")} of ${host(site.origin)}.`);
    await onSubmitted();
  };
  const toggle = (url: string) => {
    const next = new Set(chosen);
    if (!next.delete(url)) next.add(url);
    setChosen(next);
  };
  const every = here.length === pages.length;
  return (
    <section className="card list" aria-label={host(site.origin)}>
      <div className="list-head">
        <label className="check">
          <input type="checkbox" checked={every} onChange={() => setChosen(new Set(every ? [] : pages.map((page) => page.url)))} />
          <h2>{host(site.origin)}</h2>
        </label>
        {here.length > 0 ? (
          <Action kind="primary" run={() => submit(here)}>Submit {count(here.length, "page")}</Action>
        ) : (
          <Action kind="primary" run={() => submit()}>Submit all</Action>
        )}
      </div>
      <ul className="pages">
        {pages.map((page) => (
          <li key={page.url}>
            <label className="check">
              <input type="checkbox" checked={chosen.has(page.url)} onChange={() => toggle(page.url)} />
              <span className="break">{path(page.url)}</span>
            </label>
            <span className="page-why">
              <ReasonBadge reason={page.reason} />
              <span className="muted">{why(page.reason, page)}</span>
            </span>
            <Action kind="quiet" label={`Submit ${path(page.url)}`} run={() => submit([page.url])}>Submit</Action>
          </li>
        ))}
      </ul>
    </section>
  );
}

function why(reason: Reason, page: Suggestion) {
  if (reason === "new" || page.submittedAt === null) return "never submitted";
  return <>submitted <Time at={page.submittedAt} /></>;
}

function NoSites() {
  return (
    <Empty title="There is no site yet" action={<a className="button primary" href={href.sites}>Add a site</a>}>
      Suggestions come from the pages of your sites.
    </Empty>
  );
}

function UpToDate({ sites }: { sites: Site[] }) {
  const tell = useTell();
  const pages = sites.reduce((sum, site) => sum + site.pages, 0);
  return (
    <Empty
      title={pages === 0 ? "No pages were found yet" : "Everything is submitted"}
      action={
        <Action
          run={async () => {
            await Promise.all(sites.map((site) => api.scan(site.id)));
            tell.ok("Your sites are being looked through. What is new shows up here.");
          }}
        >
          Look for changes
        </Action>
      }
    >
      {pages === 0
        ? "Look for pages now, or see on the page Sites what came of it the last time."
        : `Search engines know of all ${count(pages, "page")}. After a deployment this is looked at again.`}
    </Empty>
  );
}
