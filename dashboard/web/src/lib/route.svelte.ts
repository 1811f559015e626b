/** The address after the #: a view's name and, for a session, a practice or a worksheet, its id. */

export type View = "live" | "ladder" | "practices" | "worksheets" | "progress" | "review" | "settings";

const WITH_IDS: readonly string[] = ["review", "practices", "worksheets"] satisfies View[];
const ALONE: readonly string[] = ["settings", "progress", "ladder"] satisfies View[];

export interface Route {
  view: View;
  id: string | null;
}

export function parseHash(hash: string): Route {
  const [name = "", id = ""] = hash.replace(/^#\/?/, "").split("/");
  if (WITH_IDS.includes(name)) return { view: name as View, id: id === "" ? null : decoded(id) };
  if (ALONE.includes(name)) return { view: name as View, id: null };
  return { view: "live", id: null };
}

export function hashOf(view: View, id: string | null = null): string {
  const path = view === "live" ? "" : view;
  return id === null ? `#/${path}` : `#/${path}/${encodeURIComponent(id)}`;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // a broken % in the address: the server answers "not found"
  }
}

class Router {
  route = $state.raw<Route>({ view: "live", id: null });

  start(): void {
    const read = () => (this.route = parseHash(location.hash));
    window.addEventListener("hashchange", read);
    read();
  }

  go(view: View, id: string | null = null): void {
    location.hash = hashOf(view, id);
  }

  /** Another address for what is on the screen: no step back leads to the one before. */
  stand(view: View, id: string | null): void {
    history.replaceState(history.state, "", hashOf(view, id));
    this.route = { view, id };
  }
}

export const router = new Router();
