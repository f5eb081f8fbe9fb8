/** A gateway on a free port with an echoing door behind it, a clock that is moved by hand, and clients that are reset when the test is over. */
import { Gateway } from '#engine/gateway/gateway.ts';
import type { GatewayLimits } from '#engine/gateway/limits.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { decodeResponseFrame } from '#engine/protocol/frames.ts';
import { create } from '#engine/protocol/message.ts';
import { MetadataRequest } from '#engine/protocol/messages/03-metadata.ts';
import { EchoDoor } from '#engine/testing/echo-door.ts';
import { HandClock } from '#engine/testing/hand-clock.ts';
import { WireClient, requestBytes } from '#engine/testing/wire-client.ts';

export interface GatewayStage {
  gateway: Gateway;
  door: EchoDoor;
  clock: HandClock;
  port: number;
  lines: string[];
}

const gateways: Gateway[] = [];
const clients: WireClient[] = [];

export async function startGateway(limits: Partial<GatewayLimits> = {}): Promise<GatewayStage> {
  const lines: string[] = [];
  const clock = new HandClock();
  const gateway = new Gateway({ clock, log: (line) => lines.push(line), limits });
  gateways.push(gateway);
  const port = await gateway.listen(1, '127.0.0.1', 0);
  const door = new EchoDoor((answers) => gateway.deliver(answers));
  gateway.attach(door);
  return { gateway, door, clock, port, lines };
}

export async function connectClient(port: number): Promise<WireClient> {
  const connected = await WireClient.connect(port);
  clients.push(connected);
  return connected;
}

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const connected of clients.splice(0)) connected.reset();
  for (const gateway of gateways.splice(0)) await gateway.close();
}

/** Lets sockets do what they have to, until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

export function metadataRequest(correlationId: number): Uint8Array {
  return requestBytes(ApiKey.Metadata, 9, correlationId, create(MetadataRequest));
}

export async function correlationIds(from: WireClient, count: number): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < count) ids.push(decodeResponseFrame(ApiKey.Metadata, 9, (await from.next())!).correlationId);
  return ids;
}
