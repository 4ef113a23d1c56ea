import type { ReactNode } from "react";
import { api } from "../api";
import { StatusCode } from "../components/Badge";
import { FindingItem } from "../components/FindingItem";
import { Empty, Failure, Loading } from "../components/States";
import { amount, bytes, count, duration, path } from "../format";
import { to } from "../router";
import type { Page, PageDetail } from "../types";
import { useData } from "../useData";

export function PageView({ report, id }: { report: number; id: number }) {
  const loaded = useData(`page ${report} ${id}`, () => api.page(report, id));
  return <Shown report={report} {...loaded} />;
}

export function PageByUrl({ report, url }: { report: number; url: string }) {
  const loaded = useData(`page ${report} ${url}`, () => api.pageByUrl(report, url));
  return <Shown report={report} {...loaded} />;
}

function Shown({ report, data, error, reload }: { report: number; data: PageDetail | undefined; error: string | undefined; reload: () => void }) {
  const checks = useData("checks", api.checks);
  if (!data) return error ? <Failure text={error} retry={reload} /> : <Loading lines={8} />;
  const { page, findings, linkedFrom } = data;
  const titles = new Map(checks.data?.map((check) => [check.id, check.title]));
  return (
    <>
      <nav className="crumbs" aria-label="Breadcrumb">
        <a href={to.reports()}>Reports</a>
        <span aria-hidden="true">/</span>
        <a href={to.report(report)}>Report</a>
        <span aria-hidden="true">/</span>
        <a href={to.report(report, { tab: "pages" })}>Pages</a>
      </nav>
      <div className="page-head">
        <div>
          <h1 className="url">{path(page.url)}</h1>
          <p className="muted facts">
            <StatusCode status={page.outcome.kind === "answered" ? page.outcome.status : null} />
            <span>{outcome(page)}</span>
          </p>
        </div>
        <div className="actions">
          <a className="button" href={page.url} target="_blank" rel="noreferrer">
            Open page
          </a>
        </div>
      </div>
      <div className="columns">
        <section className="card flush" aria-labelledby="on-this-page">
          <div className="group-head">
            <h2 id="on-this-page">
              Findings <span className="muted">{findings.length}</span>
            </h2>
          </div>
          {findings.length === 0 ? (
            <Empty title="Nothing is wrong with this page" />
          ) : (
            <ul className="findings">
              {findings.map((finding) => (
                <FindingItem key={finding.id} report={report} finding={finding} title={titles.get(finding.check) ?? finding.check} ofPage />
              ))}
            </ul>
          )}
        </section>
        <div>
          <section className="card" aria-labelledby="in-search">
            <h2 id="in-search">In search results</h2>
            <div className="preview">
              <p className="preview-url">{page.url}</p>
              <p className="preview-title">{page.title || "No title"}</p>
              <p className="preview-text">{page.description || "No description: the search engine chooses a text of its own."}</p>
            </div>
          </section>
          <section className="card" aria-labelledby="facts">
            <h2 id="facts">Facts</h2>
            <dl className="fact-list">
              <Fact name="Main heading">{page.h1}</Fact>
              <Fact name="Language">{page.language}</Fact>
              <Fact name="Canonical">{page.canonical}</Fact>
              <Fact name="May be indexed">{page.noindex ? "No" : "Yes"}</Fact>
              <Fact name="In the sitemap">{page.inSitemap ? "Yes" : "No"}</Fact>
              <Fact name="Depth">{count(page.depth, "click")}</Fact>
              <Fact name="Type">{page.contentType}</Fact>
              <Fact name="Size">{bytes(page.bytes)}</Fact>
              <Fact name="Time">{duration(page.elapsedMs)}</Fact>
              <Fact name="Words">{amount(page.words)}</Fact>
              <Fact name="Images">{amount(page.images)}</Fact>
              <Fact name="Links">{`${amount(page.links.length)} here, ${amount(page.externalLinks)} elsewhere`}</Fact>
            </dl>
          </section>
          <section className="card" aria-labelledby="linked-from">
            <h2 id="linked-from">Linked from</h2>
            {linkedFrom.length === 0 ? (
              <p className="muted">No page that was crawled.</p>
            ) : (
              <ul className="link-list">
                {linkedFrom.map((other) => (
                  <li key={other.id}>
                    <a href={to.page(report, other.id)}>{path(other.url)}</a>
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      </div>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children || <span className="muted">None</span>}</dd>
    </div>
  );
}

function outcome({ outcome }: Page): string {
  switch (outcome.kind) {
    case "answered":
      return outcome.redirectTo ? `redirects to ${outcome.redirectTo}` : "the server's answer";
    case "blocked":
      return "blocked by robots.txt, and not fetched";
    case "failed":
      return outcome.reason;
  }
}
