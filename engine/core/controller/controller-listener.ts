/**
 * The listener CONTROLLER, on which nodes talk of the quorum (KIP-595). It is inside the world alone: no socket has the port that is
 * named for it, to whoever asks where the voters are.
 */
export const controllerListenerName = 'CONTROLLER';

const portBase = 19_090;

export function controllerPortOf(nodeId: number): number {
  return portBase + nodeId;
}
