/** A producer, or a client from outside: what it promises (acks), who it is (producer id), what it has under way. */
import type { Catalog } from '#engine/contract/envelope.ts';
import type { SectionRow } from '#engine/contract/frame.ts';
import { plane, socket } from '#renderer/stage/draw/glyphs.ts';
import { circle, disc, fillBox, strokeBox, text } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { ClientCard } from '#renderer/stage/layout/side-cards.ts';
import { rateText } from '#renderer/texts/numbers.ts';

export interface ClientPicture {
  named: Catalog['clients'][number] | undefined;
  /** Of a client from outside. */
  connections: number;
  row: SectionRow<'producers'> | undefined;
  hue: string;
}

/** Requests in flight that Kafka's producer allows on one connection unless it is told otherwise. */
const inFlightDefault = 5;

export function drawClientCard(pen: Pen, card: ClientCard, picture: ClientPicture): void {
  const { palette } = pen;
  const { named, row, hue } = picture;
  const warn = row !== undefined && row.retries > 0 && row.inFlight > 0 && row.recordsPerSecond === 0;
  fillBox(pen, card.x, card.y, card.width, card.height, 8, palette.bg1);
  strokeBox(pen, card.x + 0.5, card.y + 0.5, card.width - 1, card.height - 1, 8, warn ? palette.fault : palette.line2);
  const sign = named?.kind === 'external' ? socket : plane;
  sign(pen, card.x + 16, card.y + 19, hue);
  const width = card.width - 18;
  text(pen, card.x + 28, card.y + 23, named?.label ?? 'client', { font: 'head', color: palette.text1, width: card.width - 36 });
  const lines = clientLines(picture);
  const shown = card.isCompact ? lines.slice(-1) : lines;
  shown.forEach((words, at) => text(pen, card.x + 10, card.y + (card.isCompact ? 41 : 45) + at * 17, words, { color: at === 0 && !card.isCompact ? palette.text2 : palette.text3, width }));
  if (row === undefined) return;
  const limit = Number(named?.settings['max.in.flight.requests.per.connection'] ?? inFlightDefault);
  const dotsY = card.y + card.height - (card.isCompact ? 11 : 15);
  if (!card.isCompact) text(pen, card.x + 10, dotsY - 14, `in flight ${row.inFlight}`, { font: warn ? 'strong' : 'text', color: warn ? palette.fault : palette.text2, width });
  for (let k = 0; k < Math.min(limit, 6); k++) {
    const x = card.x + 14 + k * 14;
    if (k < row.inFlight) disc(pen, x, dotsY, 4, hue);
    circle(pen, x, dotsY, 4, k < row.inFlight ? hue : palette.line3, 1.2);
  }
}

function clientLines({ named, row, connections }: ClientPicture): string[] {
  if (named?.kind === 'external') return [named.address ?? 'no address', connections === 1 ? '1 socket' : `${connections} sockets`, 'from outside'];
  const acks = named?.settings['acks'] ?? 'all';
  const rate = row === undefined ? '0' : rateText(row.recordsPerSecond);
  const identity = row === undefined || row.producerId < 0n ? 'no PID' : `PID ${row.producerId} e${row.producerEpoch}`;
  const pace = row !== undefined && row.retries > 0 && row.recordsPerSecond === 0 ? `retries ${row.retries}` : `${rate} rec/s`;
  return [`acks=${acks === '-1' ? 'all' : acks}`, identity, pace];
}
