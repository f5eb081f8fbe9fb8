/** One row of controls and the lanes: nothing else on the screen shows time. */
import { Menu } from '@base-ui/react/menu';
import { ChevronDown, Gauge, Pause, Play, Radio, SkipForward, StepForward } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { nextKinds, setRate, stepEvent, stepToFact, togglePlay } from '#renderer/commands/do.ts';
import { engineStore, useEngine } from '#renderer/state/engine-store.ts';
import type { EngineState } from '#renderer/state/engine-store.ts';
import { clockText, countText, dilationText } from '#renderer/texts/numbers.ts';
import { Lanes } from '#renderer/timeline/Lanes.tsx';
import { rateOfStep, sliderSteps, stepOfRate } from '#renderer/timeline/rate-scale.ts';

export function TransportBar() {
  return (
    <footer className="transport">
      <div className="transport-controls">
        <Playback />
        <Clock />
        <div className="divider" />
        <Pace />
        <Position />
        <Seed />
        <div className="spread" />
        <NextButton />
      </div>
      <Lanes />
    </footer>
  );
}

function Playback() {
  const paused = useEngine((state) => state.clock?.paused === true);
  return (
    <div className="playback">
      <button type="button" className="button square play" aria-label={paused ? 'Run' : 'Stop'} title={paused ? 'Run (Space)' : 'Stop (Space)'} onClick={togglePlay}>
        {paused ? <Play size={16} strokeWidth={2} /> : <Pause size={16} strokeWidth={2} />}
      </button>
      <button type="button" className="button plain square" aria-label="Step one event" title="Step one event (.)" onClick={() => void stepEvent()}>
        <StepForward size={15} strokeWidth={1.8} />
      </button>
      <button type="button" className="button plain square" aria-label="Run to the next election" title="Run to the next election (N)" onClick={() => void stepToFact('partition.leaderElected')}>
        <SkipForward size={15} strokeWidth={1.8} />
      </button>
    </div>
  );
}

/** Written straight into the document: a clock is no reason to render. */
function Clock() {
  const time = useRef<HTMLSpanElement>(null);
  const event = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = ({ figures, clock }: EngineState): void => {
      if (time.current !== null) time.current.textContent = clockText(figures?.timeUs ?? clock?.timeUs ?? 0);
      if (event.current !== null) event.current.textContent = `event ${countText(figures?.eventId ?? clock?.eventId ?? 0)}`;
    };
    write(engineStore.getState());
    return engineStore.subscribe(write);
  }, []);
  return (
    <>
      <span className="clock" ref={time} aria-label="Time of the cluster" />
      <span className="num small quiet" ref={event} />
    </>
  );
}

function Pace() {
  const rate = useEngine((state) => state.clock?.rate ?? 1);
  const actual = useEngine((state) => state.clock?.actualRate ?? 0);
  const paused = useEngine((state) => state.clock?.paused === true);
  const isFree = rate < 0;
  const slower = !paused && !isFree && actual > 0 && actual < rate * 0.7;
  return (
    <div className="rate">
      <Gauge size={15} strokeWidth={1.8} className="icon" />
      <input
        className="slider"
        type="range"
        aria-label="Pace of the cluster"
        aria-valuetext={dilationText(rate)}
        min={0}
        max={sliderSteps}
        value={stepOfRate(rate)}
        onChange={(event) => setRate(rateOfStep(Number(event.target.value)))}
      />
      <span className="num" title={slower ? `This machine manages ${actual.toPrecision(2)} of ${rate}` : 'Time of the cluster = time here'}>
        {isFree ? 'unpaced' : dilationText(rate)}
      </span>
    </div>
  );
}

const positions = ['PAST', 'LIVE', 'FORK'] as const;

function Position() {
  const position = useEngine((state) => state.clock?.position ?? 'LIVE');
  return (
    <output className="position" aria-label={`Position: ${position}`}>
      {positions.map((name) => (
        <span key={name} className={name === position ? `is-${name.toLowerCase()}` : 'only-wide'} aria-hidden={name !== position}>
          {name === position ? <Radio size={13} strokeWidth={2} /> : null}
          {name}
        </span>
      ))}
    </output>
  );
}

function Seed() {
  const seed = useEngine((state) => state.welcome?.seed);
  const paused = useEngine((state) => state.clock?.paused === true);
  if (seed === undefined) return null;
  return (
    <span className="small soft cut">
      seed <span className="num">{seed}</span>
      {paused ? ', stopped' : ''}
    </span>
  );
}

function NextButton() {
  const [first] = nextKinds;
  return (
    <div className="next-menu">
      <Menu.Root>
        <Menu.Trigger className="button plain" aria-label="Run to the next event of a kind">
          <SkipForward size={14} strokeWidth={1.8} className="icon" />
          Next: {first?.label}
          <ChevronDown size={13} className="icon" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={6} side="top" align="end" className="menu-place">
            <Menu.Popup className="menu">
              {nextKinds.map(({ fact, label }) => (
                <Menu.Item key={fact} className="menu-item" onClick={() => void stepToFact(fact)}>
                  {label}
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  );
}
