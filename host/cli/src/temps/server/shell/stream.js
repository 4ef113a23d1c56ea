// What happens, from the local Temps: first what it has kept, then as it comes.

/// The pause before a stream that was refused is asked for again. One that broke off, the browser asks for by itself.
const AGAIN_MS = 2000;

/// Calls `listeners[type](data)` for each message. `hello` comes first, on every connection: what is known is to be forgotten then. `state` is called with
/// `connecting`, `live` or `lost`.
export function follow(listeners) {
  const tell = (type, data) => listeners[type]?.(data);
  const connect = () => {
    const source = new EventSource("/_dev/stream");
    for (const type of ["hello", "request", "log", "event", "build", "plugins", "reloaded", "fixtures"]) {
      source.addEventListener(type, (message) => tell(type, JSON.parse(message.data)));
    }
    source.addEventListener("live", () => tell("state", "live"));
    source.addEventListener("error", () => {
      tell("state", "lost");
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN_MS);
    });
    // A page that is left must not keep one of the browser's few connections.
    addEventListener("pagehide", () => source.close(), { once: true });
  };
  tell("state", "connecting");
  connect();
}
