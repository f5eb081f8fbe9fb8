/** The colours of the drawing: read from the design tokens on the main thread, handed to the render worker. */
export const paletteTokens = {
  bg0: '--bg-0', bg1: '--bg-1', bg2: '--bg-2', bg3: '--bg-3', bg4: '--bg-4', line1: '--line-1', line2: '--line-2', line3: '--line-3',
  text1: '--text-1', text2: '--text-2', text3: '--text-3', glassFill: '--glass-fill', glassEdge: '--glass-edge', glassRim: '--glass-rim', glassShine: '--glass-shine',
  topicA: '--topic-a', topicB: '--topic-b', topicC: '--topic-c', topicD: '--topic-d', groupA: '--group-a', groupB: '--group-b', control: '--control', fault: '--fault',
  faultBg: '--fault-bg', controlBg: '--control-bg', meniscus: '--meniscus', focus: '--focus', onHue: '--on-hue', hatch: '--hatch',
} as const;
export const alphaTokens = {
  leader: '--alpha-leader', follower: '--alpha-follower', water: '--alpha-water', band: '--alpha-band', edge: '--alpha-edge', frozen: '--alpha-frozen',
} as const;

export type ColorName = keyof typeof paletteTokens;
export type Palette = { [N in ColorName]: string } & { alpha: { [N in keyof typeof alphaTokens]: number } };

/** `valueOf` answers a custom property of the document. */
export function readPalette(valueOf: (token: string) => string): Palette {
  const colors = Object.fromEntries(Object.entries(paletteTokens).map(([name, token]) => [name, valueOf(token).trim()]));
  const alpha = Object.fromEntries(Object.entries(alphaTokens).map(([name, token]) => [name, Number(valueOf(token))]));
  return { ...colors, alpha } as Palette;
}

const topicHues: readonly ColorName[] = ['topicA', 'topicB', 'topicC', 'topicD'];
const groupHues: readonly ColorName[] = ['groupA', 'groupB'];

/** Topics and groups take their hues in turn; what tells them apart for good is their name. */
export function topicHueName(at: number): ColorName {
  return topicHues[at % topicHues.length] ?? 'topicA';
}
export function groupHueName(at: number): ColorName {
  return groupHues[at % groupHues.length] ?? 'groupA';
}

/** The order in which visible topics take their hues: internal ones come last and share a neutral. */
export function hueOrder(topics: readonly { internal: boolean }[]): Map<number, ColorName> {
  const order = new Map<number, ColorName>();
  let at = 0;
  topics.forEach((topic, index) => {
    order.set(index, topic.internal ? 'text3' : topicHueName(at++));
  });
  return order;
}

/** A hex colour with an opacity; other notations come back as they are. */
export function withAlpha(color: string, alpha: number): string {
  if (!color.startsWith('#') || color.length !== 7) return color;
  const channel = (at: number): number => Number.parseInt(color.slice(at, at + 2), 16);
  return `rgba(${channel(1)},${channel(3)},${channel(5)},${Math.round(alpha * 1000) / 1000})`;
}
