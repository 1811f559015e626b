/** The practice under way, joined to the live state, the shelf and the sound of this page. */

import { api } from "./api";
import { live } from "./live.svelte";
import type { Outcome, Told } from "./outbox";
import { own } from "./own.svelte";
import { FALLBACK, ORIENTING } from "./orienting";
import { Practising, type EndedWhy } from "./practising.svelte";
import { prefs } from "./prefs.svelte";
import { router } from "./route.svelte";
import { shelf } from "./shelf.svelte";
import { sound } from "./sound";
import type { Model } from "./state";
import type { EndedSlice, Practice, PracticeSlice } from "./wire";
import { written } from "./written.svelte";

/** The server can’t take it now; the practice goes on all the same. */
const LATER = new Set(["offline", "not_recording", "locked", "http_401", "http_403", "http_500", "http_502", "http_503"]);
/** It was taken, and is written as soon as that can be. */
const TAKEN = new Set(["kept_until_written"]);

export const practising = new Practising({
  now_ms: () => performance.now(),
  after: (ms, run) => {
    const timer = window.setTimeout(run, ms);
    return () => window.clearTimeout(timer);
  },
  send,
  // Not before the shelf has answered: its orienting has other steps than the one built in.
  find: (id) => shelf.find(id) ?? (id === ORIENTING && shelf.tried ? FALLBACK : null),
  own: () => ({ phrases: own.phrases.length, kit: own.kit.length }),
  player: sound,
  audible: () => prefs.sound && !live.hidden && !live.situation.still,
  onBegin: (practice) => void ready(practice),
  onOver: () => written.flush(),
  onRefused: (why) => (live.refusal = live.refusalWords(why, "")),
});

live.listen({
  followed,
  interrupted: () => practising.interrupt(),
  reached: () => {
    practising.reached();
    written.flush();
  },
});

/** From a key or a click, so that the browser lets it be heard. */
export function beginPractice(practice: Practice, asked: boolean): void {
  hear();
  live.refusal = null;
  practising.begin(practice, asked);
  if (live.phase !== "plan" && live.phase !== null && router.route.view !== "live") router.go("live");
}

export function hear(): void {
  sound.setVolume(prefs.volume);
  if (prefs.sound) sound.wake();
}

async function ready(practice: Practice): Promise<void> {
  if (practice.steps.some((step) => step.field !== "")) void written.of(practice.id).open();
  if (!practice.steps.some((step) => step.own !== null)) return;
  await own.load();
  practising.recount();
}

async function send(told: Told): Promise<Outcome> {
  const result = await api.input({ kind: "practice", ...told });
  if (result.ok || TAKEN.has(result.why)) return { kind: "kept" };
  return LATER.has(result.why) ? { kind: "away" } : { kind: "refused", why: result.why };
}

function followed(before: Model, after: Model): void {
  const slices = after.slices;
  if (slices === null || slices.app.locked) return;
  if (live.orients || live.orientsYet) return practising.interrupt();
  const unknown = slices.practice !== null && shelf.tried && practising.practice?.id !== slices.practice.id;
  if (slices.practice === null) sought = "";
  else if (unknown && shelf.find(slices.practice.id) === null && slices.practice.id !== ORIENTING) void seek(slices.practice);
  practising.follow({
    slice: slices.practice,
    session: slices.session?.id ?? "",
    at_s: slices.session?.at_s ?? 0,
    speed: slices.app.speed ?? 1,
    why: endedWhy(before, after),
  });
}

/** A file that came since this page was loaded; or one that is gone, and with it its practice: the
 *  page could neither show nor end it, and while it ran nothing would be offered. */
let sought = "";
async function seek({ id, asked }: PracticeSlice): Promise<void> {
  if (sought === id) return;
  sought = id;
  if (!(await shelf.load())) sought = "";
  else if (shelf.find(id) !== null) followed(live.model, live.model);
  else await send({ practice: id, moment: "stopped", asked, step: null });
}

const ENDED: Record<EndedSlice["because"], EndedWhy> = {
  far_away: "away",
  numb: "away",
  eyes_open_only: "away",
  not_in_panic: "panic",
  still_screen: "phase",
  too_much: "panic",
  closed: "elsewhere",
};

/** As the coach told it; else the session went on, or it was ended on another page. */
function endedWhy(before: Model, after: Model): EndedWhy {
  const [was, told] = [before.slices?.ended ?? null, after.slices?.ended ?? null];
  const anew = told !== null && (told.at_s !== was?.at_s || told.practice !== was.practice);
  if (anew && told.practice === practising.practice?.id) return ENDED[told.because];
  const [left, session] = [before.slices?.session, after.slices?.session];
  return left?.id !== session?.id || left?.phase !== session?.phase ? "phase" : "elsewhere";
}
