import { useEffect, useRef } from "react";
import { PageView, PageByUrl } from "./pages/PageView";
import { ReportView } from "./pages/ReportView";
import { Reports } from "./pages/Reports";
import { SettingsView } from "./pages/SettingsView";
import { Empty } from "./components/States";
import { type Route, to, useRoute } from "./router";

export function App() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const place = placeOf(route);
  const before = useRef(place);
  // Who goes on by keyboard continues at the new page's beginning.
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    main.current?.focus();
    window.scrollTo(0, 0);
  }, [place]);
  return (
    <>
      <header className="top">
        <a className="brand" href={to.reports()}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="10.5" cy="10.5" r="6.5" />
            <path d="m15.5 15.5 5 5M7.8 10.8l2 2 3.4-4" />
          </svg>
          SEO Analyzer
        </a>
        <nav aria-label="SEO Analyzer">
          <a href={to.reports()} aria-current={route.kind === "settings" ? undefined : "page"}>
            Reports
          </a>
          <a href={to.settings()} aria-current={route.kind === "settings" ? "page" : undefined}>
            Settings
          </a>
        </nav>
      </header>
      <main ref={main} tabIndex={-1}>
        <View route={route} />
      </main>
    </>
  );
}

function View({ route }: { route: Route }) {
  switch (route.kind) {
    case "reports":
      return <Reports />;
    case "report":
      return <ReportView route={route} />;
    case "page":
      return <PageView report={route.report} id={route.id} />;
    case "url":
      return <PageByUrl report={route.report} url={route.url} />;
    case "settings":
      return <SettingsView />;
    case "unknown":
      return (
        <Empty title="There is no such page">
          <a href={to.reports()}>Back to the reports</a>
        </Empty>
      );
  }
}

/// What counts as another page.
function placeOf(route: Route): string {
  switch (route.kind) {
    case "report":
      return `report ${route.id}`;
    case "page":
      return `page ${route.report} ${route.id}`;
    case "url":
      return `page ${route.report} ${route.url}`;
    case "reports":
    case "settings":
    case "unknown":
      return route.kind;
  }
}
