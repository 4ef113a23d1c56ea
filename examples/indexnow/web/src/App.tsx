import { useEffect, useRef } from "react";

import { api } from "./api";
import { Navigation } from "./components/Navigation";
import { SettingsPage } from "./pages/SettingsPage";
import { SitesPage } from "./pages/SitesPage";
import { SubmissionPage } from "./pages/SubmissionPage";
import { SubmissionsPage } from "./pages/SubmissionsPage";
import { SubmitPage } from "./pages/SubmitPage";
import { SuggestionsPage } from "./pages/SuggestionsPage";
import { UnknownPage } from "./pages/UnknownPage";
import { type Route, useRoute } from "./router";
import { useData } from "./useData";

const TITLES: Record<Route["page"], string> = {
  submissions: "Submissions",
  submission: "Submission",
  suggestions: "Suggestions",
  submit: "Submit URLs",
  sites: "Sites",
  settings: "Settings",
  unknown: "Not found",
};

/** What is suggested changes with submissions and scans: the badge follows. */
const BADGE_EVERY = 10_000;

export function App() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const suggestions = useData("badge", () => api.suggestions(), () => BADGE_EVERY);
  const { new: fresh = 0, changed = 0, stale = 0 } = suggestions.value ?? {};

  useEffect(() => {
    document.title = `${TITLES[route.page]} – IndexNow`;
    // A change of the page is told to who does not see it; the first is not one.
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [route]);

  return (
    <>
      <a className="skip" href="#content" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>
        Skip to content
      </a>
      <Navigation page={route.page} suggested={fresh + changed + stale} />
      <main id="content" ref={main} tabIndex={-1} aria-label={TITLES[route.page]}>
        <Page route={route} refreshBadge={() => void suggestions.reload()} />
      </main>
    </>
  );
}

function Page({ route, refreshBadge }: { route: Route; refreshBadge: () => void }) {
  switch (route.page) {
    case "submissions":
      return <SubmissionsPage />;
    case "submission":
      return <SubmissionPage key={route.id} id={route.id} />;
    case "suggestions":
      return <SuggestionsPage onSubmitted={refreshBadge} />;
    case "submit":
      return <SubmitPage />;
    case "sites":
      return <SitesPage onChanged={refreshBadge} />;
    case "settings":
      return <SettingsPage />;
    case "unknown":
      return <UnknownPage />;
  }
}
