/** The pace slider: logarithmic from a thousandth to a hundred times real time; its right end is "as fast as it goes". */
import { scaleLog } from 'd3';

export const sliderSteps = 100;
/** The last step is not a rate but the lack of one. */
const scale = scaleLog().domain([0.001, 100]).range([0, sliderSteps - 1]).clamp(true);

export function rateOfStep(step: number): number | 'max' {
  if (step >= sliderSteps) return 'max';
  const rate = scale.invert(step);
  // Two digits are as fine as a hand is, and make printed dilations round.
  return Number(rate.toPrecision(2));
}

export function stepOfRate(rate: number): number {
  return rate < 0 || !Number.isFinite(rate) ? sliderSteps : Math.round(scale(rate));
}
