import { describe, expect, it } from 'vitest';
import { clockText, countText, dilationText, rateText, secondsText, sizeText } from '#renderer/texts/numbers.ts';
import { rateOfStep, sliderSteps, stepOfRate } from '#renderer/timeline/rate-scale.ts';
import { tickText } from '#renderer/timeline/paint-lanes.ts';

describe('numbers as people read them', () => {
  it('gives counts thin spaces and keeps every digit of the largest int64', () => {
    expect(countText(4716)).toBe('4\u2009716');
    expect(countText(9_223_372_036_854_775_807n).replaceAll('\u2009', '')).toBe('9223372036854775807');
  });

  it('prints the dilation of time as what a moment of the cluster takes here', () => {
    expect([0.0025, 0.001, 0.5, 1, 10, 100].map(dilationText)).toEqual(['1 ms = 400 ms', '1 ms = 1 s', '1 ms = 2 ms', '1 s = 1 s', '10 s = 1 s', '1.7 min = 1 s']);
    expect(dilationText(-1)).toBe('as fast as it goes');
  });

  it('tells time, sizes and rates in their own units', () => {
    expect(clockText(252_480_000)).toBe('00:04:12.480');
    expect([sizeText(512), sizeText(2_048), sizeText(3 * 1024 ** 2)]).toEqual(['512 B', '2.0 KiB', '3.0 MiB']);
    expect([rateText(14.62), rateText(812), rateText(12_400)]).toEqual(['14.6', '812', '12.4 k']);
    expect([secondsText(420), secondsText(7_600)]).toEqual(['420 ms', '7.6 s']);
    expect([tickText(90, 300), tickText(2.5, 10)]).toEqual(['1:30', '0:02.5']);
  });
});

describe('the pace slider', () => {
  it('covers a thousandth to a hundred times real time and ends at "as fast as it goes"', () => {
    expect(rateOfStep(0)).toBe(0.001);
    expect(rateOfStep(sliderSteps - 1)).toBe(100);
    expect(rateOfStep(sliderSteps)).toBe('max');
    expect(stepOfRate(-1)).toBe(sliderSteps);
  });

  it('shows a rate at the step that gives it back, as near as two digits are', () => {
    for (const rate of [0.001, 0.0025, 0.01, 0.1, 1, 10, 100]) {
      const back = rateOfStep(stepOfRate(rate));
      expect(Math.abs(Math.log((back as number) / rate))).toBeLessThan(0.07);
    }
  });
});
