/**
 * Offsets that glide: a value drawn is the true value minus what is left of its last jump. The true value is in the model; here
 * is only how long ago it changed and by how much, so that a figure is exact at once while its mark still moves.
 */
export type Ease = (share: number) => number;

export const easeOut: Ease = (share) => 1 - (1 - share) ** 4;
/** Rises fast and settles slowly, without overshoot: the high watermark only. */
export const easeWater: Ease = (share) => 1 - (1 - share) ** 3;
export const easeMove: Ease = (share) => (share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2);

export const appendMs = 140;
export const waterMs = 220;
export const moveMs = 420;

interface Glide {
  value: bigint;
  jump: number;
  sinceMs: number;
}

export interface Motion {
  glides: Map<string, Glide>;
  isReduced: boolean;
}

/** A jump longer than a strip is not travelled: there is nothing to see on the way. */
const jumpMax = 24;

export function createMotion(): Motion {
  return { glides: new Map(), isReduced: false };
}

/** Tells the newest value; answers true while it glides. */
export function moveTo(motion: Motion, key: string, value: bigint, nowMs: number, durationMs: number, ease: Ease): number {
  const glide = motion.glides.get(key);
  if (glide === undefined) {
    motion.glides.set(key, { value, jump: 0, sinceMs: -1e9 });
    return 0;
  }
  if (glide.value !== value) {
    const left = remaining(glide, nowMs, durationMs, ease);
    const jump = Number(value - glide.value) + left;
    glide.jump = motion.isReduced || Math.abs(jump) > jumpMax ? 0 : jump;
    glide.value = value;
    glide.sinceMs = nowMs;
  }
  return remaining(glide, nowMs, durationMs, ease);
}

function remaining(glide: Glide, nowMs: number, durationMs: number, ease: Ease): number {
  const share = (nowMs - glide.sinceMs) / durationMs;
  return share >= 1 ? 0 : glide.jump * (1 - ease(Math.max(0, share)));
}

export function forgetMotion(motion: Motion): void {
  motion.glides.clear();
}
