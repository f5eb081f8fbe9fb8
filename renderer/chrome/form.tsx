/** A small form that ends in one command: fields, the engine's refusal beside them, two buttons. */
import { useId, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import type { Command } from '#engine/contract/commands.ts';
import { closeDialog } from '#renderer/state/screen-store.ts';

export function CommandForm({ submit, command, children }: { submit: string; command: () => Command; children: ReactNode }) {
  const [isBusy, setIsBusy] = useState(false);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsBusy(true);
    const done = await engineLink().run(command());
    setIsBusy(false);
    if (done) closeDialog();
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      {children}
      <div className="row">
        <button type="button" className="button" onClick={closeDialog}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={isBusy}>
          {submit}
        </button>
      </div>
    </form>
  );
}

export function TextField({ label, value, onChange, hint, isRequired = true }: { label: string; value: string; onChange: (value: string) => void; hint?: string; isRequired?: boolean }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="input" value={value} required={isRequired} spellCheck={false} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
      {hint === undefined ? null : <div className="hint">{hint}</div>}
    </div>
  );
}

export function NumberField({ label, value, onChange, min, max, step = 1, hint }: { label: string; value: number; onChange: (value: number) => void; min: number; max: number; step?: number; hint?: string }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} className="input num" type="number" value={Number.isNaN(value) ? '' : value} min={min} max={max} step={step} required onChange={(event) => onChange(event.target.valueAsNumber)} />
      {hint === undefined ? null : <div className="hint">{hint}</div>}
    </div>
  );
}

export function ChoiceField({ label, value, onChange, choices, hint }: { label: string; value: string; onChange: (value: string) => void; choices: readonly { value: string; label: string }[]; hint?: string }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      {hint === undefined ? null : <div className="hint">{hint}</div>}
    </div>
  );
}
