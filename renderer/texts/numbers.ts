/**
 * Numbers as people read them. Counts have thin spaces between thousands; offsets are names, not counts, and never have any.
 */
const thinSpace = '\u2009';

export function countText(count: bigint | number): string {
  const whole = typeof count === 'number' ? String(Math.round(count)) : String(count);
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);
}

/** "14.6", "3.1", "812", "12.4 k". */
export function rateText(perSecond: number): string {
  if (!Number.isFinite(perSecond) || perSecond <= 0) return '0';
  if (perSecond < 100) return perSecond.toFixed(1);
  return perSecond < 10_000 ? countText(perSecond) : `${(perSecond / 1_000).toFixed(1)} k`;
}

export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1_024) return `${sizeBytes} B`;
  if (sizeBytes < 1_024 ** 2) return `${(sizeBytes / 1_024).toFixed(1)} KiB`;
  return sizeBytes < 1_024 ** 3 ? `${(sizeBytes / 1_024 ** 2).toFixed(1)} MiB` : `${(sizeBytes / 1_024 ** 3).toFixed(2)} GiB`;
}

/** Virtual time as a clock: "00:04:12.480". */
export function clockText(timeUs: number): string {
  const ms = Math.max(0, Math.floor(timeUs / 1_000));
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1_000) % 60)}.${String(ms % 1_000).padStart(3, '0')}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The same without hours, for lists: "04:12.480". */
export function shortClockText(timeUs: number): string {
  const text = clockText(timeUs);
  return text.startsWith('00:') ? text.slice(3) : text;
}

export function secondsText(ms: number): string {
  if (ms < 0) return '0 s';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/**
 * The pace of the run, told as what a moment of the cluster takes here: at 0.0025 "1 ms = 400 ms", at 1 "real time", at 60
 * "1 s = 60 s" the other way round.
 */
export function dilationText(rate: number): string {
  if (rate < 0 || !Number.isFinite(rate)) return 'as fast as it goes';
  if (rate === 0) return 'stopped';
  if (rate === 1) return '1 s = 1 s';
  if (rate < 1) {
    const realMs = 1 / rate;
    return realMs < 1_000 ? `1 ms = ${trim(realMs)} ms` : `1 ms = ${trim(realMs / 1_000)} s`;
  }
  return rate < 60 ? `${trim(rate)} s = 1 s` : `${trim(rate / 60)} min = 1 s`;
}

function trim(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
