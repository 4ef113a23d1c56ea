// What the plugin's API speaks.

export type State = "queued" | "running" | "done" | "cancelled" | "failed";
export type Severity = "error" | "warning" | "notice";

export interface Report {
  id: number;
  site: string;
  projectId: number | null;
  trigger: "manual" | "deployment";
  state: State;
  error: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  pagesDone: number;
  pagesKnown: number;
  score: number | null;
  errors: number;
  warnings: number;
  notices: number;
}

export interface CheckSummary {
  check: string;
  severity: Severity;
  title: string;
  advice: string;
  pages: number;
  weight: number;
  points: number | null;
}

export interface ReportDetail extends Report {
  settings: Settings;
  checks: CheckSummary[];
}

export interface Finding {
  id: number;
  url: string;
  check: string;
  severity: Severity;
  message: string;
  evidence: string[];
}

export interface PageRow {
  id: number;
  url: string;
  status: number | null;
  title: string | null;
  depth: number;
  elapsedMs: number;
  bytes: number;
  findings: number;
}

export interface Page {
  url: string;
  depth: number;
  inSitemap: boolean;
  outcome: { kind: "answered"; status: number; redirectTo: string | null } | { kind: "blocked" } | { kind: "failed"; reason: string };
  contentType: string | null;
  bytes: number;
  elapsedMs: number;
  title: string | null;
  description: string | null;
  h1: string | null;
  language: string | null;
  canonical: string | null;
  noindex: boolean;
  words: number;
  images: number;
  externalLinks: number;
  links: string[];
}

export interface PageDetail {
  id: number;
  page: Page;
  findings: Finding[];
  linkedFrom: { id: number; url: string }[];
}

export interface Difference {
  previous: Report | null;
  scoreDelta: number | null;
  new: Finding[];
  fixed: Finding[];
  newCount: number;
  fixedCount: number;
}

export interface Settings {
  maxPages: number;
  maxDepth: number;
  maxPageKib: number;
  concurrency: number;
  delayMs: number;
  autoRun: boolean;
}

export interface Site {
  projectId: number;
  url: string;
  autoRun: boolean;
}

export interface ProjectSite {
  id: number;
  name: string;
  site: Site | null;
}

export interface Check {
  id: string;
  severity: Severity;
  weight: number;
  title: string;
  advice: string;
}
