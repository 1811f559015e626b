/** The page's own preferences: kept in this browser only, and only what is no secret. */

const KEYS = "biocoach.one-key";
const SOUND = "biocoach.sound";
const VOLUME = "biocoach.volume";
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

  setKeys(on: boolean): void {
    this.keys = on;
    store(KEYS, on ? "on" : "off");
  }

  setSound(on: boolean): void {
    this.sound = on;
    store(SOUND, on ? "on" : "off");
  }

  setVolume(share: number): void {
    this.volume = Math.min(1, Math.max(0, share));
    store(VOLUME, String(this.volume));
  }
}

export const prefs = new Prefs();
