/** Which honest sentences stand above every view. */

import { standing } from "./clinic";
import { isUnderWay } from "./fits";
import { dayWords } from "./ladder-words";
import type { Connection } from "./socket";
import type { Slices } from "./wire";
import { t, word } from "./words";

export interface Banner {
  id: string;
  loud: boolean;
  text: string;
}

/** ``inFront``: this page runs on the computer that records, and holds its screen on. */
export function banners(slices: Slices | null, connection: Connection, inFront = false): Banner[] {
  const list: Banner[] = [];
  const add = (id: string, loud: boolean, text: string) => list.push({ id, loud, text });
  if (connection === "lost") add("lost", true, t("banner.lost"));
  if (slices === null) return list;
  const { app, strap, session } = slices;
  const away = slices.errand?.stage === "away";
  if (app.recording === false && !app.locked) add("not_recording", true, notRecording(app.recording_why ?? ""));
  // By ratings only was the person's wish; a strap that is worn all the same is told of.
  const wished = !session?.plan?.strapless || strap?.link === "up";
  if (session && isUnderWay(session.phase) && strap && wished) {
    if (strap.link !== "up") add("strap", true, away ? t("banner.errand") : linkWords(strap.reason, strap.link));
    else if (strap.quiet) add("quiet", false, t("banner.quiet"));
    else if (strap.contact === "lost") add("contact", true, t("banner.contact"));
  }
  const mayFallAsleep = !["", "held"].includes(app.awake ?? "");
  if (mayFallAsleep && connection !== "lost") add("sleep", false, t(inFront ? "banner.sleep_in_front" : "banner.sleep"));
  const read = app.reading?.open;
  if (read) add("reading", false, t("banner.reading", { name: read.name, from: dayWords(read.from), until: dayWords(read.until) }));
  else if (app.reading) add("reading", false, t("banner.reading_none"));
  if (app.simulated || session?.simulated) add("simulated", false, t("banner.simulated"));
  if (app.phone?.state === "on") add("phone", false, t(app.phone.paired > 0 ? "banner.phone" : "banner.phone_none"));
  if (app.phone?.state === "elsewhere") add("phone_elsewhere", false, t("banner.phone_elsewhere"));
  const copy = standing(app.clinic);
  if (copy !== null && connection !== "lost") add("clinic", false, copy);
  if (app.lsl) add("lsl", true, t("banner.lsl"));
  if (app.plain) add("plain", false, t("banner.plain"));
  return list;
}

function notRecording(why: string): string {
  return why === "" ? t("banner.not_recording") : t("banner.not_recording_why", { why: word("reason", why) });
}

function linkWords(reason: string, link: string): string {
  if (reason === "") return link === "searching" ? t("banner.searching") : t("banner.out_of_reach");
  return word("banner.link", reason, t("banner.out_of_reach"));
}
