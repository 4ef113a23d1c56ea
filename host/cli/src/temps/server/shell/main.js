import { byId, h } from "./elements.js";
import { setUpEvents } from "./events.js";
import { setUpFixtures } from "./fixtures.js";
import { icon } from "./icons.js";
import { setUpLogs } from "./logs.js";
import { setUpNavigation } from "./navigation.js";
import { setUpRequests } from "./requests.js";
import { follow } from "./stream.js";
import { setUpDock } from "./tabs.js";

const COOKIE = "temps-dev-as";
const CONNECTION = { connecting: "Connecting…", live: "Live", lost: "The local Temps is gone. Waiting for it…" };

setUpDock();
const navigation = setUpNavigation();
const several = () => navigation.plugins().length > 1;
const [requests, logs, events, fixtures] = [setUpRequests(several), setUpLogs(several), setUpEvents(navigation.plugins), setUpFixtures()];

// As whom the browser's requests are made: a cookie says it, for the plugin's frame too.
const identity = byId("identity");
identity.addEventListener("change", () => {
  document.cookie = `${COOKIE}=${identity.value}; path=/; samesite=strict`;
  navigation.loadAgain();
});

function showIdentity(ofRun) {
  const chosen = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  identity.value = chosen ?? ofRun;
  // A cookie of another version may name nobody.
  if (identity.selectedIndex < 0) {
    document.cookie = `${COOKIE}=; path=/; max-age=0`;
    identity.value = ofRun;
  }
}

async function loadPlugins() {
  const wasSeveral = several();
  await navigation.load();
  events.pluginsChanged();
  if (several() !== wasSeveral) {
    requests.redraw();
    logs.redraw();
  }
}

const BUILDS = {
  building: (plugin) => `Building ${plugin}…`,
  failed: (plugin) => `${plugin} was not built: it runs as it was`,
  not_started: (plugin) => `${plugin} was built, but did not start`,
};
const builds = new Map();
let lost = false;

function showBuilds() {
  const gone = lost ? [h("div", { class: "build bad" }, h("div", { class: "what" }, h("p", {}, CONNECTION.lost)))] : [];
  byId("builds").replaceChildren(...gone, ...[...builds.values()].filter(({ state }) => BUILDS[state]).map((build) =>
    h("div", { class: build.state === "building" ? "build" : "build bad", "data-plugin": build.plugin },
      h("div", { class: "what" }, h("p", {}, BUILDS[build.state](build.plugin)), build.detail && h("pre", { tabindex: "0", "aria-label": "What the build says" }, build.detail)),
      build.state !== "building" && h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: () => { builds.delete(build.plugin); showBuilds(); } }, icon("x")))));
}

follow({
  state(state) {
    byId("connection").dataset.state = state;
    byId("connection").textContent = CONNECTION[state];
    lost = state === "lost";
    showBuilds();
  },
  hello({ identity, protocol }) {
    for (const panel of [requests, logs, events]) panel.reset();
    builds.clear();
    showBuilds();
    showIdentity(identity);
    document.documentElement.dataset.protocol = protocol;
    loadPlugins();
    fixtures.load();
  },
  request: requests.add,
  log: logs.add,
  event: events.add,
  build(build) {
    builds.set(build.plugin, build);
    showBuilds();
  },
  plugins: loadPlugins,
  reloaded({ plugin }) {
    navigation.reloaded(plugin);
    loadPlugins();
  },
  fixtures: fixtures.load,
});
