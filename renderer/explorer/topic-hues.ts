/** The hue that a topic has on the stage, for the tables. */
import { hueOrder } from '#renderer/stage/palette.ts';
import { useEngine } from '#renderer/state/engine-store.ts';

export function useTopicHues(): (topic: string) => string {
  const topics = useEngine((state) => state.catalog?.topics);
  const order = hueOrder(topics ?? []);
  return (topic) => order.get(topics?.findIndex((candidate) => candidate.name === topic) ?? -1) ?? 'text3';
}
