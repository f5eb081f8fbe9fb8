/** A screen for tests: keeps the tables that its frames add up to, as the render worker does. */
import { decodeFrame } from '#engine/contract/frame-codec.ts';
import type { Frame } from '#engine/contract/frame-codec.ts';
import { FrameTable } from '#engine/contract/frame-table.ts';
import { sections } from '#engine/contract/frame.ts';
import type { SectionName, SectionRow } from '#engine/contract/frame.ts';
import { checkToScreen } from '#engine/contract/door.ts';
import type { Catalog, ToEngine, ToScreen } from '#engine/contract/envelope.ts';
import { createInProcessPair } from '#engine/contract/transports/in-process.ts';
import type { Transport } from '#engine/contract/transport.ts';
import type { TestRuntime } from '#engine/runtime/runtime-fixture.ts';

type MessageOf<T extends ToScreen['type']> = Extract<ToScreen, { type: T }>;

export class TestScreen {
  readonly transport: Transport;
  readonly messages: ToScreen[] = [];
  readonly frames: Frame[] = [];
  readonly frameBytes: number[] = [];
  catalog: Catalog | undefined;
  closedBecause: string | undefined;
  private tables = new Map<SectionName, FrameTable<SectionName>>();
  private readonly test: TestRuntime;
  private readonly tasks: (() => void)[] = [];

  constructor(test: TestRuntime, credit = 4) {
    this.test = test;
    const [engine, screen] = createInProcessPair((task) => void this.tasks.push(task));
    this.transport = screen;
    screen.onMessage((message) => this.receive(message));
    screen.onFrame((frame) => this.receiveFrame(frame));
    screen.onClose((reason) => {
      this.closedBecause = reason;
    });
    test.runtime.attachScreen(engine);
    if (credit > 0) screen.grant(credit);
    this.deliver();
  }

  hello(): this {
    return this.say({ type: 'hello', contractVersion: 1 });
  }

  say(message: ToEngine): this {
    this.transport.send(message);
    this.deliver();
    return this;
  }

  /** Real time passes in steps of a sixtieth of a second; what was sent meanwhile arrives. */
  advance(byMs: number): void {
    for (let passedMs = 0; passedMs < byMs; passedMs += 16) {
      this.test.clock.advance(Math.min(16, byMs - passedMs));
      this.deliver();
    }
  }

  /** Lets promises of commands run, and what they answer arrive. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) {
      await Promise.resolve();
      this.deliver();
    }
  }

  all<T extends ToScreen['type']>(type: T): MessageOf<T>[] {
    return this.messages.filter((message): message is MessageOf<T> => message.type === type);
  }

  reply(requestId: number): MessageOf<'reply'> | undefined {
    return this.all('reply').find((reply) => reply.requestId === requestId);
  }

  rows<N extends SectionName>(name: N): SectionRow<N>[] {
    const table = this.tables.get(name) as FrameTable<N> | undefined;
    return table === undefined ? [] : Array.from({ length: table.rowCount }, (_, row) => table.get(row));
  }

  private deliver(): void {
    for (let task = this.tasks.shift(); task !== undefined; task = this.tasks.shift()) task();
  }

  private receive(message: unknown): void {
    const checked = checkToScreen(message);
    if (!checked.ok) throw new Error(checked.error);
    this.messages.push(checked.value);
    if (checked.value.type !== 'catalog') return;
    this.catalog = checked.value.catalog;
    this.tables = new Map();
  }

  private receiveFrame(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame.catalogId !== this.catalog?.catalogId) throw new Error('a frame came before the catalog it was made with');
    this.frames.push(frame);
    this.frameBytes.push(bytes.byteLength);
    for (const name of Object.keys(frame.sections) as SectionName[]) this.apply(frame, name);
    this.transport.grant(1);
  }

  private apply(frame: Frame, name: SectionName): void {
    const section = frame.sections[name];
    if (section === undefined) return;
    let table = this.tables.get(name);
    if (table === undefined || sections[name].keyColumns === 0) this.tables.set(name, (table = new FrameTable(name)));
    const columns = section.columns as unknown as Record<string, ArrayLike<number | bigint>>;
    for (let row = 0; row < section.rowCount; row++) {
      table.put(Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, values[row]])) as never, 1);
    }
  }
}
