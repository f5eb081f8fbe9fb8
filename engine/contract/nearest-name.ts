/** Which of the valid names a person most likely meant: the one with the most pairs of neighbouring letters in common. */
export function nearestName(wrong: string, names: readonly string[]): string {
  const wanted = pairsOf(wrong);
  let best = names[0] ?? '';
  let bestLikeness = -1;
  for (const name of names) {
    const likeness = likenessOf(wanted, pairsOf(name));
    if (likeness > bestLikeness) {
      best = name;
      bestLikeness = likeness;
    }
  }
  return best;
}

/** Neighbouring letters with the two ends marked, so that short names and first letters count. */
function pairsOf(name: string): Set<string> {
  const text = `^${name.slice(0, 200).toLowerCase()}$`;
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < text.length; at++) pairs.add(text.slice(at, at + 2));
  return pairs;
}

/** Dice's coefficient: 1 for the same pairs, 0 for none in common. */
function likenessOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const pair of a) if (b.has(pair)) common++;
  return (2 * common) / (a.size + b.size);
}
