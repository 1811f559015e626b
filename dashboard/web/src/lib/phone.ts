/** The phone’s door, as the page tells of it. */

const PAIRS_A_GROUP = 4;

/** A fingerprint in groups that can be compared one by one: four pairs of digits each. */
export function groups(fingerprint: string): string[] {
  const pairs = fingerprint.split(":");
  const count = Math.ceil(pairs.length / PAIRS_A_GROUP);
  return Array.from({ length: count }, (_, n) => pairs.slice(n * PAIRS_A_GROUP, (n + 1) * PAIRS_A_GROUP).join(":"));
}

/** Only a phone comes over TLS; the computer’s own page does not. */
export function onPhone(protocol: string): boolean {
  return protocol === "https:";
}
