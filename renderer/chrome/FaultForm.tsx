import { useState } from 'react';
import { ChoiceField, CommandForm, NumberField } from '#renderer/chrome/form.tsx';
import type { FaultKind } from '#renderer/commands/faults.ts';
import type { Command } from '#engine/contract/commands.ts';
import type { Target } from '#renderer/model/target.ts';
import { engineStore } from '#renderer/state/engine-store.ts';

export function FaultForm({ fault, target }: { fault: FaultKind; target: Target }) {
  const [answers, setAnswers] = useState<Record<string, number>>(() => Object.fromEntries(fault.questions.map((question) => [question.name, question.value])));
  const [peer, setPeer] = useState('');
  const own = target.kind === 'broker' ? target.broker : 0;
  const others = (engineStore.getState().catalog?.brokers ?? []).filter((broker) => broker.id !== own);
  const build = (): Command => fault.command(target, answers, peer === '' ? undefined : Number(peer)) ?? { kind: 'clock.pause' };
  return (
    <CommandForm submit={fault.label} command={build}>
      {fault.asksPeer ? (
        <ChoiceField label="Link to" value={peer} onChange={setPeer} choices={[{ value: '', label: 'everybody' }, ...others.map((broker) => ({ value: String(broker.id), label: `broker ${broker.id}` }))]} />
      ) : null}
      {fault.questions.map((question) => (
        <NumberField
          key={question.name}
          label={`${question.label}, ${question.unit}`}
          value={answers[question.name] ?? question.value}
          onChange={(value) => setAnswers({ ...answers, [question.name]: value })}
          min={question.min}
          max={question.max}
          step={question.step}
        />
      ))}
    </CommandForm>
  );
}
