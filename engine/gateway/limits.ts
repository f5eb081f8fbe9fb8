/** The bounds of the gateway. Each that is reached says so in the log. */
export interface GatewayLimits {
  /** The greatest request, without its size: Kafka's `socket.request.max.bytes`. */
  frameSizeBytesMax: number;
  /** Connections with all brokers together. */
  connectionsMax: number;
  /** Connections from one address with all brokers together. */
  connectionsPerAddressMax: number;
  /** Requests of one connection that the engine has and has not answered; further ones wait, at last in the client's socket. */
  inFlightRequestsMax: number;
  /** With more unsent output than this, no further requests of the connection are taken. */
  unsentPauseBytes: number;
  /** With more unsent output than this, the connection is closed. */
  unsentBytesMax: number;
  /** All incomplete frames together; above, the connection with the longest is closed. */
  incompleteBytesMax: number;
  /** A connection whose output has not moved for so long is closed. */
  drainTimeoutMs: number;
  /** A connection on which nothing happens for so long is closed: Kafka's `connections.max.idle.ms`. */
  idleTimeoutMs: number;
}

export const defaultLimits: GatewayLimits = {
  frameSizeBytesMax: 104_857_600,
  connectionsMax: 4096,
  connectionsPerAddressMax: 2048,
  inFlightRequestsMax: 64,
  unsentPauseBytes: 1_048_576,
  unsentBytesMax: 268_435_456,
  incompleteBytesMax: 268_435_456,
  drainTimeoutMs: 120_000,
  idleTimeoutMs: 600_000,
};
