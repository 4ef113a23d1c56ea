/** What the plugin's routes speak. */

export type WorkStatus = "waiting" | "done" | "failed";
export type Source = "manual" | "deployment" | "suggestions";
export type Reason = "new" | "changed" | "stale";

export interface Engine {
  id: string;
  label: string;
  endpoint: string | null;
}

export interface Settings {
  key: string;
  engine: string;
  customEndpoint: string | null;
  autoSubmit: boolean;
  batchSize: number;
  staleAfterDays: number;
  endpoint: string;
  engines: Engine[];
}

export type SettingsUpdate = Partial<
  Pick<Settings, "key" | "engine" | "autoSubmit" | "batchSize" | "staleAfterDays"> & { customEndpoint: string }
>;

export interface Scan {
  id: number;
  status: WorkStatus;
  deploymentId: number | null;
  found: number;
  submitted: number;
  message: string | null;
  createdAt: string;
  finishedAt: string | null;
}

export interface Site {
  id: number;
  origin: string;
  projectId: number | null;
  keyLocation: string | null;
  pages: number;
  lastScan: Scan | null;
  createdAt: string;
}

export interface SiteInput {
  origin: string;
  projectId: number | null;
  keyLocation: string | null;
}

export interface KeyCheck {
  location: string;
  served: boolean;
  message: string;
}

export interface Project {
  id: number;
  name: string;
}

export interface Submission {
  id: number;
  host: string;
  source: Source;
  deploymentId: number | null;
  part: number;
  parts: number;
  urlCount: number;
  status: WorkStatus;
  attempts: number;
  responseCode: number | null;
  message: string | null;
  nextTryAt: string | null;
  createdAt: string;
  finishedAt: string | null;
}

export interface Attempt {
  endpoint: string;
  responseCode: number | null;
  message: string;
  at: string;
}

export interface SubmissionDetail extends Submission {
  urls: string[];
  tries: Attempt[];
}

export interface SubmissionPage {
  submissions: Submission[];
  page: number;
  pages: number;
  total: number;
}

export interface Suggestion {
  url: string;
  siteId: number;
  reason: Reason;
  lastmod: string | null;
  submittedAt: string | null;
}

export interface Suggestions {
  suggestions: Suggestion[];
  new: number;
  changed: number;
  stale: number;
}

export interface Submitted {
  submissions: number[];
  urls: number;
}
