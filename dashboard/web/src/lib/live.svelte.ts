/** What the page knows and does: the folded state, and the few things that are the page's own. */

import { api } from "./api";
import { isUnderWay, type Situation } from "./fits";
import { InTurn } from "./in-turn";
import { orienting } from "./orienting";
import { onPhone } from "./phone";
import { router } from "./route.svelte";
import { shelf } from "./shelf.svelte";
import { LiveSocket, type Connection, type SocketLike } from "./socket";
import { EMPTY, reduce, type Model } from "./state";
import { browserTimers } from "./timers";
import type {
  Crisis, MarkKind, Message, NowSlice, OfferSlice, Phase, Practice, PracticeMoment, QuestionSlice, SessionInput,
} from "./wire";
import { Ways, streamed, type SourceLike } from "./ways";
import { t, word } from "./words";

const APART_FEW_S = 120;
/** The server may ask this much later than the page's last message. */
const LAG_S = 3;
/** An answer of the server is on the page by then, or never will be. */
const SHOWN_WITHIN_MS = 3000;

/** Who wants to know what comes: the practice that is under way. */
export interface Listener {
  followed(before: Model, after: Model): void;
  /** *Too much*: whatever runs is over. */
  interrupted(): void;
  /** The server can be heard again. */
  reached(): void;
}

class Live {
  model = $state.raw<Model>(EMPTY);
  connection = $state<Connection>("connecting");
  crisis = $state.raw<Crisis>({ lines: [], contacts: [] });
  numbers = $state(false);
  refusal = $state<string | null>(null);
  crisisOpen = $state(false);
  /** The page is blank: two quick Esc. */
  hidden = $state(false);
  /** The quick moment is open over whatever is there. */
  momentOpen = $state(false);
  tooMuch = $state(false);
  /** The list of practices is open; and how often somebody reached for it. */
  reaching = $state(false);
  reached = $state(0);
  answered = $state.raw<Record<string, number>>({});
  shortenedTo = $state<number | null>(null);
  /** The session that was just closed in a hard place: its aftercare is shown first. */
  aftercare = $state<string | null>(null);
  /** The session that ended hard on an earlier day, and was not asked about yet. */
  checkIn = $state<string | null>(null);
  /** This phone was taken out at the computer: it is shown nothing any more. */
  unpaired = $state(false);

  /** The screen is held on by this page. */
  screenHeld = $state(false);

  private socket: LiveSocket | null = null;
  private readonly ways = new Ways();
  private listener: Listener | null = null;
  /** The orienting that runs on the *too much* card, asked for by the person. */
  private orienting: Practice | null = null;
  /** *Too much* was said so often, and the server has not answered all of it yet. */
  private orientings = 0;
  private orientingLeft = 0;
  /** The phase that a mark leads on from, until the page shows the next one. */
  private leadsFrom: Phase | null = null;
  private readonly turn = new InTurn(browserTimers);
  private readonly orientingTurn = new InTurn(browserTimers);
  /** Its last step was on the screen. */
  private orientedThrough = false;

  start(): void {
    const address = new URL("ws", location.href.replace(/^http/, "ws").replace(/#.*$/, ""));
    this.socket = new LiveSocket({
      open: () => this.open(address),
      timers: browserTimers,
      now: () => Date.now(),
      onMessage: (message) => this.follow(message),
      onConnection: (connection) => this.heard(connection),
      onUnpaired: () => this.leave(),
    });
    this.socket.start();
    void this.loadCrisis();
  }

  /** The computer’s own page needs no other way than its socket. */
  private open(address: URL): SocketLike {
    if (!onPhone(location.protocol) || this.ways.next() === "socket") return new WebSocket(address) as SocketLike;
    return streamed(() => new EventSource("api/live") as SourceLike);
  }

  /** The page is seen again, or has a network again. */
  awake(): void {
    this.socket?.awake();
  }

  listen(listener: Listener): void {
    this.listener = listener;
  }

  /** Public so that a test can feed it messages. */
  follow(message: Message): void {
    const before = this.model;
    this.model = reduce(before, message);
    if (this.model.wantsSnapshot && !before.wantsSnapshot) this.socket?.askForSnapshot();
    if (this.unlockedNow(before)) void this.loadContent();
    if (this.orients) this.momentOpen = false;
    this.onSession(before);
    this.onPhase(before.slices?.session?.phase, this.model.slices?.session?.phase);
    this.listener?.followed(before, this.model);
  }

  get phase(): Phase | null {
    return this.model.slices?.session?.phase ?? null;
  }

  get underWay(): boolean {
    return isUnderWay(this.phase);
  }

  /** Far away or numb was the last word: eyes-open orienting only. */
  get away(): boolean {
    return this.model.slices?.session?.away === true;
  }

  /** What decides which practices fit. */
  get situation(): Situation {
    const { session = null } = this.model.slices ?? {};
    return {
      phase: session?.phase ?? "plan",
      away: this.away,
      panic: session?.panic === true,
      still: session?.still === true,
    };
  }

  /** The planned time has passed; the page says so once and shows no count. */
  get timeIsOver(): boolean {
    const session = this.model.slices?.session;
    if (!session?.plan || session.phase !== "apart") return false;
    if (session.at_s >= (this.shortenedTo ?? Infinity)) return true;
    return session.time_over_due ?? session.at_s >= session.phase_since_s + session.plan.planned_s;
  }

  /** The last second; nothing while the server is not heard, since an old second is no "now". */
  get now(): NowSlice | null {
    return this.lost ? null : (this.model.slices?.now ?? null);
  }

  /** Another thing is on the screen, so single keys are not for what lies beneath. */
  get covered(): boolean {
    return this.crisisOpen || this.momentOpen || this.hidden || this.orients;
  }

  /** *Too much* was said, here or on another page, and is not put away yet. */
  get orients(): boolean {
    return this.tooMuch || this.question?.kind === "too_much";
  }

  /** What the card began is still being told to the server. */
  get orientsYet(): boolean {
    return this.orientingLeft > 0 || this.orienting !== null;
  }

  /** There is a session in which *too much* can be said; a hidden page stays blank. */
  get maySayTooMuch(): boolean {
    const { app = null, session = null } = this.model.slices ?? {};
    return session !== null && app !== null && !app.locked && app.fit !== null && !this.hidden;
  }

  get lost(): boolean {
    return this.connection === "lost";
  }

  /** The heart on this page is virtual or replayed. */
  get simulated(): boolean {
    const { app = null, session = null } = this.model.slices ?? {};
    return Boolean(app?.simulated || session?.simulated);
  }

  /** No offer from old data: while the server is not heard there is none. */
  get offer(): OfferSlice | null {
    return this.lost ? null : (this.model.slices?.offer ?? null);
  }

  /** Open the list of practices, and go there. */
  reach(): void {
    this.reaching = true;
    this.reached += 1;
  }

  /** `last`: the page is being left, so it goes at once and outlives the page. */
  async send(input: SessionInput, last = false): Promise<boolean> {
    const result = await (last ? api.input(input, true) : this.turn.run(() => api.input(input)));
    this.refusal = result.ok ? null : this.refusalWords(result.why, result.detail);
    return result.ok;
  }

  mark(mark: MarkKind, text = ""): Promise<boolean> {
    return this.send({ kind: "mark", mark, text });
  }

  /** What leads to the next phase. Pressed again before the page shows that, it was meant once. */
  async leadOn(mark: MarkKind): Promise<void> {
    const from = this.phase;
    if (this.leadsFrom === from) return;
    this.leadsFrom = from;
    const forget = () => this.leadsFrom === from && (this.leadsFrom = null);
    if (await this.mark(mark)) browserTimers.after(SHOWN_WITHIN_MS, forget);
    else forget();
  }

  setNumbers(shown: boolean): void {
    this.numbers = shown;
    void this.send({ kind: "numbers", shown });
  }

  /** The card opens before the server answers, over whatever is there. */
  sayTooMuch(): void {
    if (!this.maySayTooMuch) return;
    this.crisisOpen = this.momentOpen = false;
    if (router.route.view !== "live") router.go("live");
    if (this.tooMuch) return;
    this.tooMuch = true;
    this.orientedThrough = false;
    this.listener?.interrupted();
    void this.orient();
  }

  orientedToTheEnd(): void {
    this.orientedThrough = true;
  }

  /** The person goes on after *too much*; the orienting that was on the card is over. */
  leaveTooMuch(): void {
    this.tooMuch = false;
    this.listener?.interrupted(); // what ran before *too much* does not come back by itself
    this.putAway("too_much");
    void this.stopOrienting();
  }

  /** Ending is asked for on the card; the orienting is of the session that ends. */
  async endTooMuch(): Promise<void> {
    this.tooMuch = true; // also where it was said before this page was loaded: refused, the card stays
    await this.stopOrienting();
    if (await this.send({ kind: "end", reason: "too_much" })) this.leaveTooMuch();
  }

  /** After *too much*: a little longer, then the page says that the time is over. */
  shorten(): void {
    this.shortenedTo = (this.model.slices?.session?.at_s ?? 0) + APART_FEW_S;
    void this.mark("note", t("too_much.shorten_note"));
  }

  /** The question that waits, unless the person has put it away. */
  get question(): QuestionSlice | null {
    const asked = this.lost ? null : (this.model.slices?.question ?? null);
    return asked !== null && asked.at_s > (this.answered[asked.kind] ?? -1) ? asked : null;
  }

  /** Put away on the page; the answer, if any, went as a rating or a mark. */
  putAway(kind: QuestionSlice["kind"]): void {
    const seen = this.model.slices?.session?.at_s ?? 0;
    this.answered = { ...this.answered, [kind]: seen + LAG_S };
  }

  async loadCrisis(): Promise<void> {
    const result = await api.crisis();
    if (result.ok) this.crisis = result.data;
  }

  private async loadCheckIn(): Promise<void> {
    const result = await api.checkIn();
    if (result.ok) this.checkIn = result.data.due?.session ?? null;
  }

  /** The mark at once; its orienting after what is still told of an earlier one. */
  private async orient(): Promise<void> {
    const mine = (this.orientings += 1);
    this.orientingLeft += 1;
    const practice = orienting(shelf.practices);
    const said = this.mark("too_much");
    await this.orientingTurn.run(async () => {
      if ((await said) && (await this.logPractice(practice, "started", true))) this.orienting = practice;
      // Left before the server had answered, and perhaps said again since.
      if (!this.tooMuch || mine !== this.orientings) await this.stopOrienting();
    });
    this.orientingLeft -= 1;
  }

  /** Done is what was gone through; whoever leaves earlier has stopped, which is as good. */
  private async stopOrienting(): Promise<void> {
    const practice = this.orienting ?? this.orientingElsewhere();
    if (practice === null) return;
    this.orienting = null;
    await this.logPractice(practice, this.orientedThrough ? "finished" : "stopped", true);
  }

  /** Begun on another page, or before this one was loaded. */
  private orientingElsewhere(): Practice | null {
    const practice = orienting(shelf.practices);
    return this.model.slices?.practice?.id === practice.id ? practice : null;
  }

  private async loadContent(): Promise<void> {
    void this.loadCrisis();
    await shelf.load();
    this.listener?.followed(this.model, this.model); // one may be under way already
  }

  private heard(connection: Connection): void {
    const before = this.connection;
    this.connection = connection;
    if (connection === "open") this.ways.heard();
    if (connection === "open" && before !== "open") this.listener?.reached();
    if (connection === "lost" && onPhone(location.protocol)) void this.stillPaired();
  }

  /** A socket that is refused does not say why. */
  private async stillPaired(): Promise<void> {
    const result = await api.phone();
    if (!result.ok && (result.status === 401 || (this.atClinic && result.status === 404))) this.leave();
  }

  private get atClinic(): boolean {
    return this.model.slices?.app.reading?.clinic === true;
  }

  private leave(): void {
    if (this.atClinic) location.replace("../../../"); // signed out, or the record is gone: the clinic’s page says which
    this.unpaired = !this.atClinic;
    this.socket?.stop();
    this.model = EMPTY;
    this.connection = "connecting"; // nothing is waited for
    this.tooMuch = this.momentOpen = false;
  }

  private unlockedNow(before: Model): boolean {
    const open = (model: Model) => model.slices !== null && !model.slices.app.locked;
    return open(this.model) && !open(before);
  }

  private onSession(before: Model): void {
    const [left, now] = [before.slices?.session, this.model.slices?.session?.id];
    if (left?.id === now) return;
    const hard = this.tooMuch || before.slices?.events.marks.some((mark) => mark.kind === "too_much");
    if (left && hard) this.aftercare = left.id;
    this.answered = {};
    this.shortenedTo = null;
    this.tooMuch = false;
    this.orienting = null;
    if (now !== undefined) void this.loadCheckIn();
  }

  private onPhase(before: Phase | undefined, after: Phase | undefined): void {
    if (before === after || before === undefined) return;
    this.leadsFrom = null;
    if (this.numbers) this.setNumbers(false);
    this.refusal = null;
    if (after === "apart") this.shortenedTo = null;
    if (after === "debrief") this.tooMuch = false;
  }

  private logPractice(practice: Practice, moment: PracticeMoment, asked: boolean) {
    return this.send({ kind: "practice", practice: practice.id, moment, asked, step: null });
  }

  refusalWords(why: string, detail: string): string {
    return word("refusal", why, detail || t("refusal.other"));
  }
}

export const live = new Live();
