/** A screen without a browser: the fixture engine's frames into a view model, as the render worker takes them in. */
import type { Catalog } from '#engine/contract/envelope.ts';
import { decodeFrame } from '#engine/contract/frame-codec.ts';
import type { Frame } from '#engine/contract/frame-codec.ts';
import { applyFrame, createViewModel, setCatalog } from '#renderer/model/view-model.ts';
import type { ViewModel } from '#renderer/model/view-model.ts';
import { openingCamera } from '#renderer/stage/layout/stage-layout.ts';
import { buildScene } from '#renderer/stage/scene.ts';
import type { Scene } from '#renderer/stage/scene.ts';
import { createFixtureEngine } from '#renderer/testing/fixture-engine.ts';
import type { FixtureEngine } from '#renderer/testing/fixture-engine.ts';
import type { FixtureSpec } from '#renderer/testing/fixture-cluster.ts';

export interface Harness {
  engine: FixtureEngine;
  model: ViewModel;
  frames: Frame[];
  /** Runs on, sends a frame and waits until it has been taken in. */
  advance(virtualUs: number): Promise<void>;
  scene(): Scene;
}

/** Lets everything that waits for the current task happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

export async function watchFixture(spec: FixtureSpec, seed: number): Promise<Harness> {
  const engine = createFixtureEngine(spec, seed);
  const model = createViewModel();
  const frames: Frame[] = [];
  const { screenSide } = engine;
  screenSide.onMessage((raw) => {
    const message = raw as { type: string; catalog?: Catalog };
    if (message.type === 'catalog' && message.catalog !== undefined) setCatalog(model, message.catalog);
  });
  screenSide.onFrame((bytes) => {
    const frame = decodeFrame(bytes);
    applyFrame(model, frame);
    frames.push(frame);
    screenSide.grant(1);
  });
  screenSide.send({ type: 'hello', contractVersion: 1 });
  screenSide.grant(2);
  await settle();
  return {
    engine,
    model,
    frames,
    async advance(virtualUs) {
      engine.advance(virtualUs);
      await settle();
    },
    scene: () => buildScene(model, { showsInternalTopics: false }, 1088, 728, openingCamera, undefined),
  };
}
