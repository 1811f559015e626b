/** The address after the #: a view's name and, for a session, a practice or a worksheet, its id. Behind a ? stands
 *  what of a view is shown. */

export type View = "live" | "ladder" | "practices" | "worksheets" | "progress" | "review" | "reports" | "share" | "settings" | "clients";

const WITH_IDS: readonly string[] = ["review", "practices", "worksheets"] satisfies View[];
const ALONE: readonly string[] = ["settings", "progress", "reports", "share", "ladder", "clients"] satisfies View[];

export interface Route {
  view: View;
  id: string | null;
  query: string;
}

export function parseHash(hash: string): Route {
  const [path = "", ...rest] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", id = ""] = path.split("/");
  const query = rest.join("?");
  if (WITH_IDS.includes(name)) return { view: name as View, id: id === "" ? null : decoded(id), query };
  if (ALONE.includes(name)) return { view: name as View, id: null, query };
  return { view: "live", id: null, query: "" };
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
  route = $state.raw<Route>({ view: "live", id: null, query: "" });

  start(): void {
    const read = () => (this.route = parseHash(location.hash));
    window.addEventListener("hashchange", read);
    read();
  }

  go(view: View, id: string | null = null): void {
    location.hash = hashOf(view, id);
  }

  /** Another address for what is on the screen: no step back leads to the one before. */
  stand(view: View, id: string | null, query = ""): void {
    history.replaceState(history.state, "", hashOf(view, id) + (query === "" ? "" : `?${query}`));
    this.route = { view, id, query };
  }
}

export const router = new Router();
