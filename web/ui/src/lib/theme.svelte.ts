/** Light, dark, or as the system has it. The first paint is set by `public/theme.js`. */

export type Theme = "system" | "light" | "dark";
const KEY = "vitrine.theme";

class ThemeState {
  choice = $state<Theme>(stored());

  choose(theme: Theme): void {
    this.choice = theme;
    if (theme === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    try {
      if (theme === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Storage is blocked: the choice holds for this page only.
    }
  }
}

function stored(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "system";
}

export const theme = new ThemeState();
