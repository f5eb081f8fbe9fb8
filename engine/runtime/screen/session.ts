/**
 * One connected screen: hello, welcome, catalog, frames at the rate it asks for while it has room for them, events, the
 * clock, replies. What does not fit is refused with the reason, and the connection stays.
 */
import { contractVersion } from '#engine/contract/envelope.ts';
import type { ClockView, EventView, ToEngine, ToScreen } from '#engine/contract/envelope.ts';
import { checkToEngine, requestIdOf } from '#engine/contract/door.ts';
import type { SectionSource } from '#engine/contract/frame-codec.ts';
import { FrameWriter, rowsOf } from '#engine/contract/frame-writer.ts';
import type { Transport } from '#engine/contract/transport.ts';
import type { CommandOutcome } from '#engine/runtime/command-desk.ts';
import type { Clock } from '#engine/ports/clock.ts';
import { EventFeed } from '#engine/runtime/screen/event-feed.ts';
import type { ViewProjector } from '#engine/runtime/view/view-projector.ts';

/** What a session needs of the runtime. */
export interface SessionHost {
  readonly clock: Clock;
  readonly projector: ViewProjector;
  welcome(): Extract<ToScreen, { type: 'welcome' }>;
  clockView(): ClockView;
  /** The tables are to be complete: the run stands still. */
  isStill(): boolean;
  /** Persist, then send: whatever was written is committed before a frame shows it. */
  settle(): void;
  command(command: unknown): Promise<CommandOutcome>;
  query(query: unknown): { ok: true; value: unknown } | { ok: false; error: string };
  gone(session: Session): void;
}

const framesPerSecondAtFirst = 30;
/** Control messages about the clock while it runs. */
const clockEveryMs = 250;
const eventsEveryMs = 100;
/** How long a screen may keep silent before its hello. */
const helloWithinMs = 10_000;

export class Session {
  private readonly transport: Transport;
  private readonly host: SessionHost;
  private readonly writer = new FrameWriter();
  private readonly feed = new EventFeed();
  private greeted = false;
  private framesPerSecond = framesPerSecondAtFirst;
  private cancelTick: (() => void) | undefined;
  private sentCatalogId = -1;
  private sentFlight = 0;
  private sentTimeUs = -1;
  private sentEventId = -1;
  private clockSentMs = Number.NEGATIVE_INFINITY;
  private eventsSentMs = Number.NEGATIVE_INFINITY;
  private closed = false;

  constructor(transport: Transport, host: SessionHost) {
    this.transport = transport;
    this.host = host;
    transport.onClose(() => this.end());
    transport.onMessage((message) => this.receive(message));
    transport.onCredit(() => this.tickSoon());
    this.cancelTick = host.clock.schedule(helloWithinMs, () => this.close('no hello within 10 seconds'));
  }

  close(reason: string): void {
    this.transport.close(reason);
    this.end();
  }

  /** The engine cannot go on. */
  fatal(error: string): void {
    this.send({ type: 'fatal', error });
    this.close('the engine has failed');
  }

  noteEvent(event: EventView): void {
    if (this.greeted) this.feed.add(event);
  }

  /** Pause, rate or a step: the screen learns it at once. */
  clockChanged(): void {
    if (!this.greeted) return;
    this.sendClock();
    this.tickSoon();
  }

  private end(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelTick?.();
    this.host.gone(this);
  }

  private send(message: ToScreen): void {
    this.transport.send(message);
  }

  private receive(message: unknown): void {
    if (this.closed) return;
    const checked = checkToEngine(message);
    if (!checked.ok) {
      this.send({ type: 'reply', requestId: requestIdOf(message) ?? -1, ok: false, error: checked.error });
      return;
    }
    const { value } = checked;
    if (value.type === 'hello') this.greet(value.contractVersion);
    else if (!this.greeted) this.send({ type: 'reply', requestId: requestIdOf(value) ?? -1, ok: false, error: `message: say hello first, before ${value.type}` });
    else this.handle(value);
  }

  private greet(version: number): void {
    if (version !== contractVersion) {
      this.send({ type: 'fatal', error: `this engine speaks version ${contractVersion} of the contract, the screen speaks ${version}: reload it` });
      this.close('another version of the contract');
      return;
    }
    if (this.greeted) return;
    this.greeted = true;
    this.cancelTick?.();
    this.send(this.host.welcome());
    this.sendClock();
    this.tick();
  }

  private handle(message: Exclude<ToEngine, { type: 'hello' }>): void {
    switch (message.type) {
      case 'command':
        void this.host.command(message.command).then((outcome) => this.replyToCommand(message.requestId, outcome));
        return;
      case 'query': {
        this.host.settle();
        const answer = this.host.query(message.query);
        this.send({ type: 'reply', requestId: message.requestId, ...answer });
        return;
      }
      case 'frames':
        this.framesPerSecond = message.perSecond;
        this.tickSoon();
        return;
      case 'heartbeat':
        this.send({ type: 'heartbeat', n: message.n });
    }
  }

  private replyToCommand(requestId: number, outcome: CommandOutcome): void {
    if (this.closed) return;
    if (outcome.ok) {
      const { ok: _ok, ...value } = outcome;
      this.send({ type: 'reply', requestId, ok: true, value });
    } else {
      this.send({ type: 'reply', requestId, ok: false, error: outcome.error });
    }
  }

  private tickSoon(): void {
    if (this.closed || !this.greeted) return;
    this.cancelTick?.();
    this.cancelTick = this.host.clock.schedule(0, () => this.tick());
  }

  private tick(): void {
    if (this.closed) return;
    const nowMs = this.host.clock.nowMs();
    if (this.transport.credit > 0 && this.framesPerSecond > 0) this.sendFrame();
    if (nowMs - this.eventsSentMs >= eventsEveryMs) this.sendEvents(nowMs);
    if (nowMs - this.clockSentMs >= clockEveryMs && !this.host.isStill()) this.sendClock();
    this.cancelTick = this.host.clock.schedule(this.framesPerSecond > 0 ? 1000 / this.framesPerSecond : clockEveryMs, () => this.tick());
  }

  private sendFrame(): void {
    const { projector } = this.host;
    this.host.settle();
    const moment = projector.project(this.host.isStill());
    if (moment.timeUs === this.sentTimeUs && moment.eventId === this.sentEventId && !this.writer.needsFull(moment.catalogId)) return;
    if (moment.catalogId !== this.sentCatalogId) {
      this.send({ type: 'catalog', catalog: projector.catalog });
      this.sentCatalogId = moment.catalogId;
    }
    const events = this.eventRows(this.writer.needsFull(moment.catalogId));
    this.sentFlight = projector.flights.lastSequence;
    this.sentTimeUs = moment.timeUs;
    this.sentEventId = moment.eventId;
    this.transport.sendFrame(this.writer.write(moment, projector.keyedTables, events));
  }

  private eventRows(full: boolean): SectionSource[] {
    const { projector } = this.host;
    const since = projector.flightsSince(this.sentFlight);
    return [
      rowsOf('flights', full ? projector.flightsUnderWay() : since.flights),
      rowsOf('flightEnds', full ? [] : since.ends),
      rowsOf('totals', [{ ...projector.totalsNow(), flightsOmitted: projector.flights.omitted }]),
    ];
  }

  private sendEvents(nowMs: number): void {
    // A screen that takes no frames is not reading: what is notable waits for it, the rest is counted.
    if (this.transport.credit === 0 && this.framesPerSecond > 0) return;
    const batch = this.feed.take();
    if (batch === undefined) return;
    this.eventsSentMs = nowMs;
    this.send({ type: 'events', ...batch });
  }

  private sendClock(): void {
    this.clockSentMs = this.host.clock.nowMs();
    this.send({ type: 'clock', clock: this.host.clockView() });
  }
}
