/** "Why?": the chain of causes from the engine, oldest first, as sentences with their times, rules and settings. */
import { Copy, Route } from 'lucide-react';
import { useEffect, useState } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import type { EventView } from '#engine/contract/envelope.ts';
import { shortClockText, countText } from '#renderer/texts/numbers.ts';
import type { Question } from '#renderer/texts/questions.ts';
import { stepsOf, withFault } from '#renderer/texts/why.ts';
import type { WhyStep } from '#renderer/texts/why.ts';

type Answer = { state: 'asking' } | { state: 'none' } | { state: 'failed'; reason: string } | { state: 'known'; steps: WhyStep[]; isCut: boolean };

export function WhySection({ question }: { question: Question }) {
  return (
    <div className="section">
      <h3 className="question">
        <Route size={14} strokeWidth={1.8} className="icon" />
        {question.text}
      </h3>
      {/* The question is made anew with every state of the cluster; these tell whether it is another one. */}
      <AnswerTo key={`${question.text} ${question.subject} ${question.version}`} question={question} />
    </div>
  );
}

function AnswerTo({ question }: { question: Question }) {
  const [asked] = useState(question);
  const [answer, setAnswer] = useState<Answer>({ state: 'asking' });
  useEffect(() => {
    let isCurrent = true;
    void findAnswer(asked).then((found) => {
      if (isCurrent) setAnswer(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [asked]);
  return <AnswerBody answer={answer} />;
}

function AnswerBody({ answer }: { answer: Answer }) {
  if (answer.state === 'asking') return <div className="small quiet">Asking the engine.</div>;
  if (answer.state === 'failed') return <div className="small quiet">{answer.reason}</div>;
  if (answer.state === 'none') return <div className="small quiet">It has been so since before what the engine remembers.</div>;
  return (
    <>
      {answer.isCut ? <div className="small quiet">Earlier causes are no longer remembered.</div> : null}
      <ol className="why">
        {answer.steps.map((step) => (
          <li key={step.eventId}>
            <Sign step={step} />
            {step.sentence}
            <div className="meta">
              <span className="num">{shortClockText(step.timeUs)}</span>
              <span className="num">event {countText(step.eventId)}</span>
            </div>
            {step.rule === undefined ? null : (
              <div className="rule">
                {step.rule.map((line) => (
                  <div key={line}>{line}</div>
                ))}
              </div>
            )}
          </li>
        ))}
      </ol>
      <button type="button" className="button plain small" onClick={() => void navigator.clipboard.writeText(answer.steps.map((step) => `${shortClockText(step.timeUs)} ${step.sentence}`).join('\n'))}>
        <Copy size={13} />
        Copy chain
      </button>
    </>
  );
}

/** The shape of a cause: diamond command or fault, square control plane, circle message, ring timer. */
function Sign({ step }: { step: WhyStep }) {
  return (
    <svg className="sign" viewBox="0 0 12 12" aria-hidden="true">
      {step.shape === 'command' ? <path d="M6 0l6 6-6 6-6-6z" fill="var(--fault)" /> : null}
      {step.shape === 'control' ? <rect x="1" y="1" width="10" height="10" rx="2" fill="var(--control)" /> : null}
      {step.shape === 'message' ? <circle cx="6" cy="6" r="4.5" fill="var(--bg-1)" stroke="var(--topic-a)" strokeWidth="1.8" /> : null}
      {step.shape === 'timer' ? <circle cx="6" cy="6" r="4.5" fill="none" stroke="var(--text-2)" strokeWidth="2" /> : null}
    </svg>
  );
}

const historyLimit = 100;
const depth = 24;

async function findAnswer(question: Question): Promise<Answer> {
  try {
    const event = await newestAnswer(question);
    if (event === undefined) return { state: 'none' };
    const chain = (await engineLink().query({ kind: 'why', eventId: event.eventId, depth })) as { events?: unknown; end?: string };
    const steps = stepsOf(eventsOf(chain).toReversed(), question.answers);
    const story = withFault(steps, engineLink().timeline.faults, brokersOf(event, question));
    const hasBeginning = story[0]?.shape === 'command' || chain.end === 'outside';
    return { state: 'known', steps: story, isCut: !hasBeginning };
  } catch (error) {
    return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function newestAnswer(question: Question): Promise<EventView | undefined> {
  for (const subject of [question.subject, ...question.alsoLookAt]) {
    const history = eventsOf(await engineLink().query({ kind: 'history', subject, limit: historyLimit, facts: [...question.kinds] }));
    const event = history.find((candidate) => candidate.facts.some(question.answers));
    if (event !== undefined) return event;
  }
  return undefined;
}

/** The brokers that an answer is about: whose fault may have led to it. */
function brokersOf(event: EventView, question: Question): number[] {
  return event.facts.filter(question.answers).flatMap(({ payload }) => {
    const gone = numbers(payload['from']).filter((id) => !numbers(payload['to']).includes(id));
    return [...gone, Number(payload['broker'] ?? Number.NaN), Number(payload['previousLeader'] ?? Number.NaN)].filter((id) => id > 0);
  });
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

/** A history is a list of events; a chain carries its list under `events`. */
function eventsOf(value: unknown): EventView[] {
  if (Array.isArray(value)) return value as EventView[];
  const inner = (value as { events?: unknown } | null)?.events;
  return Array.isArray(inner) ? (inner as EventView[]) : [];
}
