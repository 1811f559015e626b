/** The address after the #: a view's name and, for a session or a practice, its id. */

export type View = "live" | "ladder" | "practices" | "review" | "settings";

export interface Route {
  view: View;
  id: string | null;
}

export function parseHash(hash: string): Route {
  const [name = "", id = ""] = hash.replace(/^#\/?/, "").split("/");
  if (name === "review" || name === "practices") return { view: name, id: id === "" ? null : decoded(id) };
  if (name === "settings" || name === "ladder") return { view: name, id: null };
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
}

export const router = new Router();
