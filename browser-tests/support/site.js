// A web site on loopback, for plugins that crawl.

import { createServer } from "node:http";

/// Serves `pages`: by path a string (HTML), or `{ status, headers, body }`, or a function of the request that gives either. Everything else is 404. Gives `url`
/// (without a slash at the end), `requests` (method, path, headers and body of each, as they came), and `close()`.
export async function startSite(pages) {
  const requests = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const seen = { method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString("utf8") };
      requests.push(seen);
      const entry = pages[request.url] ?? pages[request.url.split("?")[0]];
      const page = typeof entry === "function" ? await entry(seen) : entry;
      const { status = 200, headers = {}, body = "" } = typeof page === "string" ? { body: page } : page ?? { status: 404, body: "not found" };
      response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers });
      response.end(request.method === "HEAD" ? undefined : body);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
