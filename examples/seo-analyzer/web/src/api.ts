import type { Check, Difference, Finding, PageDetail, PageRow, ProjectSite, Report, ReportDetail, Settings, Site } from "./types";

const API = "/api/x/seo-analyzer";

/// An answer that is no success, in the plugin's own words.
export class ApiError extends Error {}

async function request<T>(path: string, options?: RequestInit): Promise<T> {
  const response = await fetch(`${API}${path}`, { ...options, headers: { "content-type": "application/json" } });
  if (!response.ok) {
    const text = await response.text();
    throw new ApiError(detailOf(text) ?? `The plugin answered ${response.status} ${response.statusText}.`);
  }
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

function detailOf(text: string): string | undefined {
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem === "object" && problem !== null && "detail" in problem && typeof problem.detail === "string") return problem.detail;
  } catch {
    // It is no problem document.
  }
  return undefined;
}

function query(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  return request<T>(path, { method, body: body === undefined ? null : JSON.stringify(body) });
}

export interface WhichFindings {
  check?: string | undefined;
  severity?: string | undefined;
  search?: string | undefined;
  after?: number | undefined;
}

export const api = {
  reports: () => request<Report[]>("/reports?limit=200"),
  report: (id: number) => request<ReportDetail>(`/reports/${id}`),
  begin: (site: { url: string } | { projectId: number }) => send<Report>("POST", "/reports", site),
  cancel: (id: number) => send<Report>("POST", `/reports/${id}/cancel`),
  remove: (id: number) => send<void>("DELETE", `/reports/${id}`),
  difference: (id: number) => request<Difference>(`/reports/${id}/difference`),
  findings: (id: number, which: WhichFindings) => request<Finding[]>(`/reports/${id}/findings${query({ ...which })}`),
  pages: (id: number, which: { search?: string | undefined; after?: number | undefined }) =>
    request<PageRow[]>(`/reports/${id}/pages${query(which)}`),
  page: (id: number, page: number) => request<PageDetail>(`/reports/${id}/pages/${page}`),
  pageByUrl: (id: number, url: string) => request<PageDetail>(`/reports/${id}/page${query({ url })}`),
  checks: () => request<Check[]>("/checks"),
  settings: () => request<Settings>("/settings"),
  updateSettings: (change: Partial<Settings>) => send<Settings>("PATCH", "/settings", change),
  projects: () => request<ProjectSite[]>("/projects"),
  setSite: (project: number, site: { url: string; autoRun: boolean }) => send<Site>("PUT", `/sites/${project}`, site),
  removeSite: (project: number) => send<void>("DELETE", `/sites/${project}`),
  exportUrl: (id: number, format: "csv" | "json") => `${API}/reports/${id}/export.${format}`,
};
