/**
 * The gateway: for each broker a TCP listener that speaks Kafka's protocol with clients outside.
 *
 * A listener holds its port for as long as the gateway lives, so that nobody else gets it while its broker is down; a client that
 * connects with a broker that does not run is reset at once. Listening begins before the engine is there, because the brokers
 * must know the addresses that they advertise. Bounds are in `limits.ts`; the log gets a line for each that is reached.
 *
 * Answers that are given in one go, one by one or together, leave each connection in one system call.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '#engine/ports/clock.ts';
import { BoundedLog } from '#engine/gateway/bounded-log.ts';
import { Connection, type ConnectionHost } from '#engine/gateway/connection.ts';
import type { DoorAnswer, DoorPort } from '#engine/gateway/door-port.ts';
import { defaultLimits, type GatewayLimits } from '#engine/gateway/limits.ts';

export interface GatewayOptions {
  clock: Clock;
  log(line: string): void;
  limits?: Partial<GatewayLimits>;
}

/** A port that cannot be had; `code` is the operating system's. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const sweepsPerTimeout = 4;
const sweepMsMin = 10;
const acceptBacklog = 511;

export class Gateway {
  readonly limits: GatewayLimits;
  readonly #clock: Clock;
  readonly #log: BoundedLog;
  readonly #servers = new Map<number, Server>();
  readonly #connections = new Map<number, Connection>();
  readonly #connectionsPerAddress = new Map<string, number>();
  readonly #pausedBrokers = new Set<number>();
  /** Connections with answers that leave when all of this moment are there. */
  readonly #corked = new Set<Connection>();
  #door: DoorPort | undefined;
  #incompleteBytes = 0;
  #cancelSweep: (() => void) | undefined;
  readonly #connectionHost: ConnectionHost;

  constructor(options: GatewayOptions) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.#clock = options.clock;
    this.#log = new BoundedLog(options.clock, options.log);
    this.#connectionHost = {
      limits: this.limits,
      nowMs: () => this.#clock.nowMs(),
      request: (connection, frame) => this.#door?.request(connection.id, frame),
      bufferedBytesChanged: (byBytes) => this.#incompleteBytesChanged(byBytes),
      countsUnanswered: () => this.#door?.reportsHandled === true,
      ended: (connection) => this.#connectionEnded(connection),
      log: (line) => this.#log.write(line),
    };
    this.#scheduleSweep();
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Bytes that came in and wait: for the rest of their frame, or for room. */
  get incompleteBytes(): number {
    return this.#incompleteBytes;
  }

  /** Listens for a broker; port 0 takes a free one. Answers the port. Throws ListenError. */
  listen(broker: number, host: string, port: number): Promise<number> {
    if (!isLoopback(host)) this.#log.write(`broker ${broker} listens on ${host}: whoever reaches this machine reaches it, unencrypted, and without a password unless its listener asks for SASL`);
    // A socket is read only when its connection has been opened at the door.
    const server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(broker, socket));
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenErrorOf(error, broker, host, port)));
      server.listen({ host, port, backlog: acceptBacklog, exclusive: true }, () => {
        server.removeAllListeners('error');
        server.on('error', (error) => this.#log.write(`broker ${broker}: its listener failed: ${error.message}`));
        this.#servers.set(broker, server);
        const address = server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : port);
      });
    });
  }

  /** The engine is there: from now on clients are let in. */
  attach(door: DoorPort): void {
    this.#door = door;
  }

  deliver(answers: readonly DoorAnswer[]): void {
    for (const answer of answers) this.answer(answer);
  }

  /** Takes an answer of the engine to its client. */
  answer(answer: DoorAnswer): void {
    const connection = this.#connections.get(answer.connectionId);
    if (connection === undefined) return;
    if (answer.type === 'close') {
      this.#closeForDoor(connection, answer.reason);
      return;
    }
    if (answer.type === 'handled') {
      connection.handled();
      return;
    }
    if (this.#corked.size === 0) queueMicrotask(() => this.#uncorkAll());
    if (!this.#corked.has(connection)) {
      this.#corked.add(connection);
      connection.cork();
    }
    connection.send(answer.pieces);
  }

  /** A paused broker is a stopped process: clients can connect, and nothing that they send is read. */
  setBrokerPaused(broker: number, paused: boolean): void {
    if (paused === this.#pausedBrokers.has(broker)) return;
    if (paused) this.#pausedBrokers.add(broker);
    else this.#pausedBrokers.delete(broker);
    for (const connection of this.#connections.values()) if (connection.broker === broker) connection.setBrokerPaused(paused);
  }

  /** Resets all connections and gives the ports back. */
  async close(): Promise<void> {
    this.#cancelSweep?.();
    this.#log.close();
    const closed = [...this.#servers.values()].map((server) => new Promise((resolve) => server.close(resolve)));
    for (const connection of this.#connections.values()) connection.reset();
    await Promise.all(closed);
    this.#servers.clear();
  }

  #uncorkAll(): void {
    const corked = [...this.#corked];
    this.#corked.clear();
    for (const connection of corked) connection.uncork();
  }

  #accept(broker: number, socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const address = socket.remoteAddress ?? '?';
    const reason = this.#refusal(address);
    if (reason !== undefined) {
      this.#log.write(`broker ${broker}: refused a connection from ${address}: ${reason}`);
      socket.resetAndDestroy();
      return;
    }
    const id = this.#door?.open(broker, address);
    if (id === undefined) {
      socket.resetAndDestroy();
      return;
    }
    const connection = new Connection(id, broker, socket, this.#connectionHost);
    this.#connections.set(id, connection);
    this.#connectionsPerAddress.set(address, (this.#connectionsPerAddress.get(address) ?? 0) + 1);
    socket.once('close', () => this.#forgetAddress(address));
    connection.setBrokerPaused(this.#pausedBrokers.has(broker));
  }

  #refusal(address: string): string | undefined {
    const { connectionsMax, connectionsPerAddressMax } = this.limits;
    if (this.#connections.size >= connectionsMax) return `there are ${connectionsMax} connections already`;
    if ((this.#connectionsPerAddress.get(address) ?? 0) >= connectionsPerAddressMax) return `that address has ${connectionsPerAddressMax} connections already`;
    return undefined;
  }

  #forgetAddress(address: string): void {
    const left = (this.#connectionsPerAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#connectionsPerAddress.set(address, left);
    else this.#connectionsPerAddress.delete(address);
  }

  #closeForDoor(connection: Connection, reason: string): void {
    connection.closedByDoor = true;
    this.#log.write(`broker ${connection.broker}: closed the connection of ${connection.address}: ${reason}`);
    connection.end();
  }

  #connectionEnded(connection: Connection): void {
    this.#connections.delete(connection.id);
    this.#corked.delete(connection);
    if (!connection.closedByDoor) this.#door?.close(connection.id);
  }

  #incompleteBytesChanged(byBytes: number): void {
    this.#incompleteBytes += byBytes;
    if (this.#incompleteBytes <= this.limits.incompleteBytesMax) return;
    let longest: Connection | undefined;
    for (const connection of this.#connections.values()) {
      if (longest === undefined || connection.bufferedBytes > longest.bufferedBytes) longest = connection;
    }
    longest?.abort(`incomplete requests hold more than ${this.limits.incompleteBytesMax} bytes, and its own is the longest with ${longest.bufferedBytes}`);
  }

  #scheduleSweep(): void {
    const { drainTimeoutMs, idleTimeoutMs } = this.limits;
    this.#cancelSweep = this.#clock.schedule(Math.max(sweepMsMin, Math.min(drainTimeoutMs, idleTimeoutMs) / sweepsPerTimeout), () => {
      for (const connection of this.#connections.values()) connection.sweep();
      this.#scheduleSweep();
    });
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function listenErrorOf(error: NodeJS.ErrnoException, broker: number, host: string, port: number): ListenError {
  const code = error.code ?? 'UNKNOWN';
  const place = `broker ${broker} cannot listen on ${host}:${port}`;
  if (code === 'EADDRINUSE') return new ListenError(code, `${place}: the port is in use; choose another with --port, or 0 for any free one`);
  if (code === 'EACCES') return new ListenError(code, `${place}: ports below 1024 need privileges`);
  if (code === 'EADDRNOTAVAIL') return new ListenError(code, `${place}: this machine has no such address`);
  return new ListenError(code, `${place}: ${error.message}`);
}
