import { sentence } from "./format";
import type {
  KeyCheck, Project, Scan, Settings, SettingsUpdate, Site, SiteInput, Submission, SubmissionDetail, SubmissionPage, Submitted,
  Suggestions, WorkStatus,
} from "./types";

const API_BASE = "/api/x/indexnow";

/** An answer that is no success, in the plugin's own words where it has any. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

async function request<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${API_BASE}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, "The plugin cannot be reached. Check your connection, and try again.");
  }
  const text = await response.text();
  if (!response.ok) {
    throw new ApiError(response.status, detail(text) ?? `The plugin answered ${response.status}.`);
  }
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** The detail of a problem document, as a sentence. */
function detail(text: string): string | undefined {
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem === "object" && problem !== null && "detail" in problem && typeof problem.detail === "string") {
      return sentence(problem.detail);
    }
  } catch {
    // Not from the plugin.
  }
  return undefined;
}

export const api = {
  settings: () => request<Settings>("/settings"),
  updateSettings: (update: SettingsUpdate) => request<Settings>("/settings", "PATCH", update),
  newKey: () => request<Settings>("/settings/key", "POST"),
  sites: () => request<Site[]>("/sites"),
  createSite: (site: SiteInput) => request<Site>("/sites", "POST", site),
  updateSite: (id: number, site: SiteInput) => request<Site>(`/sites/${id}`, "PATCH", site),
  deleteSite: (id: number) => request<void>(`/sites/${id}`, "DELETE"),
  scan: (id: number) => request<Scan>(`/sites/${id}/scan`, "POST"),
  checkKey: (id: number) => request<KeyCheck>(`/sites/${id}/key`),
  projects: () => request<Project[]>("/projects"),
  submissions: (page: number, status?: WorkStatus) =>
    request<SubmissionPage>(`/submissions?page=${page}${status ? `&status=${status}` : ""}`),
  submission: (id: number) => request<SubmissionDetail>(`/submissions/${id}`),
  submit: (siteId: number, urls: string[]) => request<Submitted>("/submissions", "POST", { siteId, urls }),
  retry: (id: number) => request<Submission>(`/submissions/${id}/retry`, "POST"),
  suggestions: (siteId?: number) => request<Suggestions>(`/suggestions${siteId === undefined ? "" : `?siteId=${siteId}`}`),
  submitSuggestions: (siteId: number, urls?: string[]) =>
    request<Submitted>("/suggestions/submit", "POST", urls ? { siteId, urls } : { siteId }),
};
