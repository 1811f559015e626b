/** The page's own preferences: kept in this browser only, and only what is no secret. */

const KEYS = "biocoach.one-key";
const SOUND = "biocoach.sound";
const VOLUME = "biocoach.volume";
const LANGUAGE = "biocoach.language";
const WAY_IN = "biocoach.way-in";
const VOLUME_FIRST = 0.4;

function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    return; // holds for this visit
  }
}

function volume(): number {
  const said = Number(stored(VOLUME) ?? VOLUME_FIRST);
  return said >= 0 && said <= 1 ? said : VOLUME_FIRST;
}

class Prefs {
  keys = $state(stored(KEYS) !== "off");
  /** Off until somebody wants it. */
  sound = $state(stored(SOUND) === "on");
  volume = $state(volume());
  /** Recovery words were put off: Settings has them. */
  wayInLater = $state(stored(WAY_IN) === "later");
  /** "" is the browser's. Another one is spoken from the next time the page is loaded. */
  readonly language = stored(LANGUAGE) ?? "";

  setKeys(on: boolean): void {
    this.keys = on;
    store(KEYS, on ? "on" : "off");
  }

  putOffWayIn(): void {
    this.wayInLater = true;
    store(WAY_IN, "later");
  }

  setSound(on: boolean): void {
    this.sound = on;
    store(SOUND, on ? "on" : "off");
  }

  setLanguage(tag: string): void {
    store(LANGUAGE, tag);
  }

  setVolume(share: number): void {
    this.volume = Math.min(1, Math.max(0, share));
    store(VOLUME, String(this.volume));
  }
}

export const prefs = new Prefs();
