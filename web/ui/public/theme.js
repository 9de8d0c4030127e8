// Runs before the first paint, so that the chosen theme never flashes.
try {
  var theme = localStorage.getItem("vitrine.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch (_) {
  // Storage is blocked: the system's theme holds.
}
