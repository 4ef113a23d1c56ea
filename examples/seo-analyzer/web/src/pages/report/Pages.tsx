import { useEffect, useId, useState } from "react";
import { api } from "../../api";
import { StatusCode } from "../../components/Badge";
import { More } from "../../components/More";
import { amount, bytes, duration, path } from "../../format";
import { go, to } from "../../router";
import type { PageRow, Report } from "../../types";

const TYPING_MS = 250;

export function Pages({ report, search }: { report: Report; search: string }) {
  const id = useId();
  const [text, setText] = useState(search);
  useEffect(() => {
    if (text === search) return;
    const timer = window.setTimeout(() => go(to.report(report.id, { tab: "pages", search: text })), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text, search, report.id]);
  return (
    <>
      <form className="filters" role="search" aria-label="Pages" onSubmit={(event) => event.preventDefault()}>
        <div className="field grow">
          <label htmlFor={id}>Page</label>
          <input id={id} type="search" placeholder="Part of a URL" value={text} onChange={(event) => setText(event.target.value)} />
        </div>
      </form>
      <More key_={`${report.id} ${report.state} ${search}`} load={(after) => api.pages(report.id, { search, after })} empty="No pages that fit">
        {(pages) => <PageTable report={report.id} pages={pages} />}
      </More>
    </>
  );
}

function PageTable({ report, pages }: { report: number; pages: PageRow[] }) {
  return (
    <section className="card flush" aria-label="Pages">
      <table className="table pages">
        <thead>
          <tr>
            <th scope="col">Page</th>
            <th scope="col">Status</th>
            <th scope="col" className="number">
              Findings
            </th>
            <th scope="col" className="number">
              Depth
            </th>
            <th scope="col" className="number">
              Time
            </th>
            <th scope="col" className="number">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {pages.map((page) => (
            <tr key={page.id}>
              <td data-label="Page" className="wide">
                <a className="strong url" href={to.page(report, page.id)}>
                  {path(page.url)}
                </a>
                {page.title && <span className="sub">{page.title}</span>}
              </td>
              <td data-label="Status">
                <StatusCode status={page.status} />
              </td>
              <td data-label="Findings" className="number">
                {amount(page.findings)}
              </td>
              <td data-label="Depth" className="number">
                {page.depth}
              </td>
              <td data-label="Time" className="number">
                {duration(page.elapsedMs)}
              </td>
              <td data-label="Size" className="number">
                {bytes(page.bytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
