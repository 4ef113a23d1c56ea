// Temps shows this page in a frame, and marks its theme with the class `light` or `dark`. Outside of
// a frame, and in one of another origin, the system's theme holds.
(() => {
  let temps;
  try {
    temps = window.parent === window ? null : window.parent.document.documentElement;
  } catch {
    temps = null;
  }
  if (!temps) return;
  const follow = () => {
    const theme = ["light", "dark"].find((name) => temps.classList.contains(name));
    document.documentElement.style.colorScheme = theme ?? "";
  };
  new MutationObserver(follow).observe(temps, { attributeFilter: ["class"] });
  follow();
})();
