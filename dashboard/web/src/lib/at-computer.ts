/** Whether this page is the computer's own: some things are not asked for on a paired phone. */

import { api } from "./api";

export async function atComputer(): Promise<boolean> {
  const result = await api.phone();
  return !result.ok || !("paired_as" in result.data);
}
