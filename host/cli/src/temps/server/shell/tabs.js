import { byId } from "./elements.js";
import { icon } from "./icons.js";

const HEIGHT = "temps-dev-dock";
const FOLDED = "temps-dev-folded";
const MIN_HEIGHT = 120;
const STEP = 24;

/// The panels below the plugin: tabs, their height, and whether they are shown.
export function setUpDock() {
  setUpTabs();
  setUpHeight();
}

function setUpTabs() {
  const tabs = [...byId("tabs").querySelectorAll("[role=tab]")];
  for (const tab of tabs) tab.addEventListener("click", () => select(tab));
  byId("tabs").addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const tab = tabs[next % tabs.length];
    select(tab);
    tab.focus();
  });

  function select(tab) {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", chosen);
      other.tabIndex = chosen ? 0 : -1;
      byId(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    fold(false);
    byId(tab.getAttribute("aria-controls")).dispatchEvent(new Event("shown"));
  }

  const button = byId("fold");
  button.append(icon("chevron-down"));
  button.addEventListener("click", () => fold(button.getAttribute("aria-expanded") === "true"));
  fold(localStorage.getItem(FOLDED) === "true");
}

function fold(folded) {
  document.body.classList.toggle("folded", folded);
  byId("fold").setAttribute("aria-expanded", !folded);
  byId("fold").setAttribute("aria-label", folded ? "Show the panels" : "Hide the panels");
  localStorage.setItem(FOLDED, folded);
}

function setUpHeight() {
  const splitter = byId("splitter");
  const panels = byId("panels");
  const largest = () => Math.max(MIN_HEIGHT, innerHeight - 160);
  const set = (height) => {
    const pixels = Math.round(Math.min(Math.max(height, MIN_HEIGHT), largest()));
    document.documentElement.style.setProperty("--dock", `${pixels}px`);
    splitter.setAttribute("aria-valuenow", pixels);
    splitter.setAttribute("aria-valuemin", MIN_HEIGHT);
    splitter.setAttribute("aria-valuemax", largest());
    return pixels;
  };
  const keep = (height) => localStorage.setItem(HEIGHT, set(height));

  set(Number(localStorage.getItem(HEIGHT)) || Math.min(320, innerHeight * 0.42));
  splitter.addEventListener("pointerdown", (event) => {
    splitter.setPointerCapture(event.pointerId);
    const [from, height] = [event.clientY, panels.offsetHeight];
    // The plugin's frame would take the pointer's moves.
    byId("content").inert = true;
    const move = (event) => keep(height + from - event.clientY);
    splitter.addEventListener("pointermove", move);
    splitter.addEventListener("lostpointercapture", () => {
      splitter.removeEventListener("pointermove", move);
      byId("content").inert = false;
    }, { once: true });
  });
  splitter.addEventListener("keydown", (event) => {
    const change = { ArrowUp: STEP, ArrowDown: -STEP, PageUp: STEP * 5, PageDown: -STEP * 5 }[event.key];
    if (change === undefined) return;
    event.preventDefault();
    keep(panels.offsetHeight + change);
  });
}
