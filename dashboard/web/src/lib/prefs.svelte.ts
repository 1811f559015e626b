/** The page's own preferences: kept in this browser only, and only what is no secret. */

const KEYS = "biocoach.one-key";

function stored(): boolean {
  try {
    return localStorage.getItem(KEYS) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

class Prefs {
  keys = $state(stored());

  setKeys(on: boolean): void {
    this.keys = on;
    try {
      localStorage.setItem(KEYS, on ? "on" : "off");
    } catch {
      return; // holds for this visit
    }
  }
}

export const prefs = new Prefs();
