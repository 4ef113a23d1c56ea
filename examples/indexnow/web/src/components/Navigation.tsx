import { href, type Route } from "../router";

const TABS: { page: Route["page"]; label: string; to: string }[] = [
  { page: "submissions", label: "Submissions", to: href.submissions },
  { page: "suggestions", label: "Suggestions", to: href.suggestions },
  { page: "sites", label: "Sites", to: href.sites },
  { page: "settings", label: "Settings", to: href.settings },
];

export function Navigation({ page, suggested }: { page: Route["page"]; suggested: number }) {
  const current = page === "submission" ? "submissions" : page;
  return (
    <header className="top">
      <div className="top-inner">
        <a className="brand" href={href.submissions}>
          <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M7 16.5 25 8l-5.5 17-4.2-6.8z" />
          </svg>
          <span>IndexNow</span>
        </a>
        <nav aria-label="IndexNow">
          {TABS.map((tab) => (
            <a key={tab.page} href={tab.to} aria-current={tab.page === current ? "page" : undefined}>
              {tab.label}
              {tab.page === "suggestions" && suggested > 0 && (
                <span className="count">
                  {suggested > 999 ? "999+" : suggested}
                  <span className="hidden"> pages to submit</span>
                </span>
              )}
            </a>
          ))}
        </nav>
        <a className="button primary" href={href.submit} aria-current={current === "submit" ? "page" : undefined}>
          Submit URLs
        </a>
      </div>
    </header>
  );
}
