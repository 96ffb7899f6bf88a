// Runs before the first paint, so that a dark room never flashes white.
// The names and the values are those of src/kit/preferences.ts.
(() => {
  const root = document.documentElement;
  try {
    const saved = JSON.parse(localStorage.getItem("teahouse.preferences") || "{}");
    if (saved.theme === "light" || saved.theme === "dark") root.dataset.theme = saved.theme;
    if (saved.size === "large" || saved.size === "simple") root.dataset.size = saved.size;
  } catch {
    // A broken entry is the same as none.
  }
})();
