/** What the main thread and the render worker say to each other. */
import type { Catalog, ClockView } from '#engine/contract/envelope.ts';
import type { Target } from '#renderer/model/target.ts';
import type { DrawnReplica } from '#renderer/stage/drawn.ts';
import type { StageFigures } from '#renderer/stage/stage-figures.ts';
import type { Camera } from '#renderer/stage/layout/stage-layout.ts';
import type { Depth } from '#renderer/stage/layout/sizes.ts';
import type { Palette } from '#renderer/stage/palette.ts';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Keys and pointers on the stage. */
export type Move = 'left' | 'right' | 'up' | 'down' | 'leader' | 'follower' | 'in' | 'out';

export type ToWorker =
  | { type: 'start'; canvas: OffscreenCanvas; width: number; height: number; pixelRatio: number; palette: Palette; fonts: { ui: string; figures: string }; camera: Camera }
  | { type: 'resize'; width: number; height: number; pixelRatio: number }
  | { type: 'palette'; palette: Palette }
  | { type: 'options'; showsInternalTopics: boolean; reducedMotion: boolean }
  | { type: 'catalog'; catalog: Catalog }
  | { type: 'frame'; frame: Uint8Array }
  | { type: 'clock'; clock: ClockView }
  /** The engine is gone: everything stays as it was last seen. */
  | { type: 'stalled'; stalled: boolean }
  | { type: 'hover'; at: { x: number; y: number } | null }
  | { type: 'pick'; requestId: number; x: number; y: number }
  | { type: 'select'; target: Target | null }
  | { type: 'focus'; target: Target | null }
  | { type: 'move'; requestId: number; move: Move }
  | { type: 'targets'; legal: 'brokers' | 'clients' | 'members' | null }
  | { type: 'zoom'; change: number; x: number; y: number }
  | { type: 'pan'; dx: number; dy: number }
  | { type: 'camera'; camera: Camera }
  | { type: 'describe'; requestId: number; target: Target }
  | { type: 'drawn'; requestId: number }
  | { type: 'statistics'; requestId: number };

export type FromWorker =
  | { type: 'ready' }
  /** A frame has been taken in: one more may be sent. */
  | { type: 'applied'; ok: boolean }
  | { type: 'figures'; figures: StageFigures }
  | { type: 'hovered'; target: Target | null; box: Box | null; lines: string[] }
  | { type: 'focusBox'; box: Box | null; label: string }
  | { type: 'camera'; camera: Camera; depth: Depth; canPan: boolean }
  | { type: 'reply'; requestId: number; value: unknown }
  | { type: 'failed'; error: string };

export interface Drawn {
  eventId: number;
  timeUs: number;
  frameNumber: number;
  replicas: DrawnReplica[];
}

export interface Statistics {
  /** The last paints: script time of each, and the time from one to the next. */
  scriptMs: number[];
  intervalMs: number[];
  flights: number;
  depth: Depth;
}
