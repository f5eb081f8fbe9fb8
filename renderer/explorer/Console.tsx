/** "Show as CLI": the command of Kafka's own tool, and the exact text that it prints about this cluster now. */
import { ChevronDown, ChevronUp, Copy, Terminal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import type { Query } from '#engine/contract/envelope.ts';
import type { Target } from '#renderer/model/target.ts';
import { useEngine } from '#renderer/state/engine-store.ts';
import { useScreen } from '#renderer/state/screen-store.ts';

type What = Extract<Query, { kind: 'describe' }>['what'];
const tools: readonly { what: What; tool: string }[] = [
  { what: 'topics', tool: 'kafka-topics' },
  { what: 'groups', tool: 'kafka-consumer-groups' },
  { what: 'quorum', tool: 'kafka-metadata-quorum' },
];
const refreshMs = 1_000;

export function Console({ isOpen, onToggle }: { isOpen: boolean; onToggle: () => void }) {
  const [what, setWhat] = useState<What>('topics');
  const selected = useScreen((state) => state.selected);
  const name = nameFor(what, selected);
  const text = useDescription(what, name, isOpen);
  const command = commandLine(what, name, useEngine((state) => state.welcome?.bootstrap ?? ''));
  return (
    <div className={isOpen ? 'console' : 'console is-closed'}>
      <div className="explorer-head">
        <Terminal size={14} strokeWidth={1.8} className="icon" />
        <h2>Show as CLI</h2>
        <div className="tabs" role="tablist" aria-label="Tool">
          {tools.map((tool) => (
            <button key={tool.what} type="button" role="tab" aria-selected={what === tool.what} onClick={() => setWhat(tool.what)}>
              {tool.tool}
            </button>
          ))}
        </div>
        <span className="spread" />
        <button type="button" className="button plain" onClick={() => void navigator.clipboard.writeText(`$ ${command}\n${text}`)}>
          <Copy size={13} strokeWidth={1.8} />
          Copy
        </button>
        <button type="button" className="button plain square" aria-expanded={isOpen} aria-label={isOpen ? 'Close the console' : 'Open the console'} onClick={onToggle}>
          {isOpen ? <ChevronDown size={14} /> : <ChevronUp size={14} />}
        </button>
      </div>
      {isOpen ? (
        <textarea className="output scroll" readOnly spellCheck={false} aria-label="The command and what it prints" value={`$ ${command}\n${text}`} wrap="off" />
      ) : null}
    </div>
  );
}

function nameFor(what: What, selected: Target | undefined): string | undefined {
  if (what === 'topics' && (selected?.kind === 'topic' || selected?.kind === 'partition' || selected?.kind === 'replica')) return selected.topic;
  return what === 'groups' && (selected?.kind === 'group' || selected?.kind === 'member') ? selected.group : undefined;
}

export function commandLine(what: What, name: string | undefined, bootstrap: string): string {
  const server = `--bootstrap-server ${bootstrap === '' ? 'localhost:9092' : bootstrap}`;
  switch (what) {
    case 'topics':
      return `kafka-topics.sh ${server} --describe${name === undefined ? '' : ` --topic ${name}`}`;
    case 'groups':
      return `kafka-consumer-groups.sh ${server} --describe ${name === undefined ? '--all-groups' : `--group ${name}`}`;
    case 'quorum':
      return `kafka-metadata-quorum.sh ${server} describe --status`;
    case 'brokers':
      return `kafka-broker-api-versions.sh ${server}`;
  }
}

function useDescription(what: What, name: string | undefined, isOpen: boolean): string {
  const [text, setText] = useState('');
  useEffect(() => {
    if (!isOpen) return undefined;
    let isCurrent = true;
    const ask = (): void => {
      engineLink()
        .query({ kind: 'describe', what, ...(name === undefined ? {} : { name }) })
        .then((value) => isCurrent && setText(typeof value === 'string' ? value : ((value as { text?: string }).text ?? JSON.stringify(value))))
        .catch((error: unknown) => isCurrent && setText(error instanceof Error ? error.message : String(error)));
    };
    ask();
    const handle = setInterval(ask, refreshMs);
    return () => {
      isCurrent = false;
      clearInterval(handle);
    };
  }, [what, name, isOpen]);
  return text;
}
