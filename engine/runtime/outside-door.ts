/**
 * The runtime's side of the gateway (its DoorPort): what comes in is journalled with its moment and handed to the world at
 * once, what goes out waits for the commit of the turn that made it.
 */
import type { Engine } from '#engine/runtime/engine.ts';
import { addToJournal } from '#engine/runtime/journal/journal.ts';
import type { JournalInput } from '#engine/runtime/journal/journal.ts';
import { closeConnection, openConnection, receiveFrame } from '#engine/runtime/outside.ts';
import type { OutsideAnswer } from '#engine/runtime/outside.ts';
import type { RunLoop } from '#engine/runtime/pacing/run-loop.ts';

/** After a request somebody is taken to wait for an answer for so long. */
const awaitedMs = 1000;

export class OutsideDoor {
  private readonly engine: Engine;
  private readonly loop: RunLoop;
  private readonly connectionsChanged: () => void;
  private readonly connections = new Set<number>();
  private listener: ((answer: OutsideAnswer) => void) | undefined;
  /** Answers for which nobody listened yet. */
  private early: OutsideAnswer[] = [];
  private lastFrameMs = Number.NEGATIVE_INFINITY;
  private ended = false;

  constructor(engine: Engine, loop: RunLoop, connectionsChanged: () => void) {
    this.engine = engine;
    this.loop = loop;
    this.connectionsChanged = connectionsChanged;
  }

  open(broker: number, clientAddress: string): number | undefined {
    if (this.ended) return undefined;
    this.loop.catchUpTime();
    const connectionId = openConnection(this.engine.world, broker, clientAddress);
    // A refused connection changes nothing in the world.
    if (connectionId === undefined) return undefined;
    this.journal({ type: 'open', connectionId, broker, clientAddress });
    this.connections.add(connectionId);
    this.connectionsChanged();
    return connectionId;
  }

  request(connectionId: number, frame: Uint8Array): void {
    if (this.ended) return;
    this.loop.catchUpTime();
    // First, for the world assigns offsets in the very bytes it is given.
    this.journal({ type: 'request', connectionId, frame });
    const refusal = receiveFrame(this.engine.world, connectionId, frame);
    if (refusal !== undefined) this.deliver(refusal);
    this.lastFrameMs = this.engine.clock.nowMs();
    this.loop.wake();
  }

  close(connectionId: number): void {
    if (this.ended || !this.connections.delete(connectionId)) return;
    this.loop.catchUpTime();
    this.journal({ type: 'close', connectionId });
    closeConnection(this.engine.world, connectionId);
    this.connectionsChanged();
    this.loop.wake();
  }

  onAnswer(listener: (answer: OutsideAnswer) => void): void {
    this.listener = listener;
    const { early } = this;
    this.early = [];
    for (const answer of early) listener(answer);
  }

  deliver(answer: OutsideAnswer): void {
    if (answer.type === 'close') {
      this.connections.delete(answer.connectionId);
      this.connectionsChanged();
    }
    if (this.listener === undefined) this.early.push(answer);
    else this.listener(answer);
  }

  /** Somebody outside sent something lately and may be waiting for the answer. */
  isAwaited(): boolean {
    return this.engine.clock.nowMs() - this.lastFrameMs < awaitedMs;
  }

  /** Nothing comes in any more. */
  end(): void {
    this.ended = true;
  }

  /** None of the inputs is an event itself, so the moment is the same before and after it. */
  private journal(input: JournalInput): void {
    const { eventId, timeUs } = this.engine.world.state;
    addToJournal(this.engine.journal, { eventId, timeUs, input });
  }
}
