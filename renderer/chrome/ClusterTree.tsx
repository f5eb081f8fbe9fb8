/** The cluster as a tree: brokers, topics with their partitions, groups with their members. One selection with the stage. */
import { ChevronDown, ChevronRight, CircleDot, Eye, EyeOff, Network, Send, Server, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { sameTarget } from '#renderer/model/target.ts';
import type { Target } from '#renderer/model/target.ts';
import type { BrokerFigures, GroupFigures, TopicFigures } from '#renderer/stage/stage-figures.ts';
import { useEngine } from '#renderer/state/engine-store.ts';
import { screenStore, select, useScreen } from '#renderer/state/screen-store.ts';
import { countText } from '#renderer/texts/numbers.ts';

export function ClusterTree() {
  const figures = useEngine((state) => state.figures);
  const showsInternal = useScreen((state) => state.showsInternalTopics);
  const internalCount = (figures?.topics ?? []).filter((topic) => topic.internal).length;
  return (
    <div className="section tree-section scroll">
      <h2>
        <Network size={14} strokeWidth={1.8} className="icon" />
        Cluster
        <span className="spread" />
        {internalCount === 0 ? null : (
          <button
            type="button"
            aria-pressed={showsInternal}
            aria-label={showsInternal ? 'Hide internal topics' : 'Show internal topics'}
            title={showsInternal ? 'Hide internal topics' : 'Show internal topics'}
            onClick={() => screenStore.setState({ showsInternalTopics: !showsInternal })}
          >
            {showsInternal ? <EyeOff size={13} strokeWidth={1.8} /> : <Eye size={13} strokeWidth={1.8} />}
          </button>
        )}
      </h2>
      <ul className="tree">
        <Brokers brokers={figures?.brokers ?? []} />
        {(figures?.topics ?? []).filter((topic) => showsInternal || !topic.internal).map((topic) => (
          <Topic key={topic.topic} topic={topic} />
        ))}
        {(figures?.groups ?? []).map((group) => (
          <Group key={group.group} group={group} />
        ))}
        <Clients />
      </ul>
    </div>
  );
}

function Branch({ id, target, sign, label, right, isBad, children }: { id: string; target?: Target; sign: ReactNode; label: string; right: string; isBad?: boolean; children: ReactNode }) {
  const isOpen = useScreen((state) => state.openBranches[id] ?? false);
  const isCurrent = useScreen((state) => target !== undefined && sameTarget(state.selected, target));
  const toggle = (): void => screenStore.setState((state) => ({ openBranches: { ...state.openBranches, [id]: !isOpen } }));
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-current={isCurrent ? 'true' : undefined}
        onClick={() => {
          toggle();
          if (target !== undefined) select(target);
        }}
      >
        {isOpen ? <ChevronDown size={13} className="icon quiet" /> : <ChevronRight size={13} className="icon quiet" />}
        {sign}
        <span className="cut">{label}</span>
        <span className={isBad === true ? 'right num bad' : 'right num'}>{right}</span>
      </button>
      {isOpen ? <ul>{children}</ul> : null}
    </li>
  );
}

function Leaf({ target, sign, label, note, right, isBad }: { target: Target; sign?: ReactNode; label: string; note?: string | undefined; right?: string; isBad?: boolean }) {
  const isCurrent = useScreen((state) => sameTarget(state.selected, target));
  return (
    <li>
      <button type="button" className="leaf" aria-current={isCurrent ? 'true' : undefined} onClick={() => select(target)}>
        {sign}
        <span className="cut">{label}</span>
        {note === undefined ? null : <span className="quiet cut">{note}</span>}
        {right === undefined ? null : <span className={isBad === true ? 'right bad' : 'right'}>{right}</span>}
      </button>
    </li>
  );
}

function Brokers({ brokers }: { brokers: readonly BrokerFigures[] }) {
  const running = brokers.filter((broker) => broker.isRunning).length;
  const all = running === brokers.length;
  return (
    <Branch id="brokers" sign={<Server size={14} strokeWidth={1.8} className="icon" />} label="Brokers" right={all ? String(brokers.length) : `${running} of ${brokers.length}`} isBad={!all}>
      {brokers.map((broker) => (
        <Leaf
          key={broker.broker}
          target={{ kind: 'broker', broker: broker.broker }}
          sign={<BrokerSign broker={broker} />}
          label={`Broker ${broker.broker}`}
          right={broker.isBad || broker.isController ? broker.word : broker.rack === null ? '' : `rack ${broker.rack}`}
          isBad={broker.isBad}
        />
      ))}
    </Branch>
  );
}

function BrokerSign({ broker }: { broker: BrokerFigures }) {
  if (broker.isBad) {
    return (
      <svg className="sign" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M6 0l6 6-6 6-6-6z" fill="var(--fault)" />
      </svg>
    );
  }
  if (!broker.isController) return <CircleDot size={12} strokeWidth={1.8} className="icon soft" />;
  return (
    <svg className="sign" viewBox="0 0 12 12" aria-hidden="true">
      <rect x="1" y="1" width="10" height="10" rx="2" fill="var(--control)" />
    </svg>
  );
}

function Topic({ topic }: { topic: TopicFigures }) {
  const sick = topic.underReplicated + topic.leaderless > 0;
  return (
    <Branch id={`topic ${topic.topic}`} target={{ kind: 'topic', topic: topic.topic }} sign={<i className={`dot hue-${topic.hue}`} />} label={topic.topic} right={`${topic.partitionCount} × ${topic.replicationFactor}`} isBad={sick}>
      {topic.partitions.map((partition) => (
        <Leaf
          key={partition.partition}
          target={{ kind: 'partition', topic: topic.topic, partition: partition.partition }}
          label={String(partition.partition)}
          note={partition.leader < 0 ? 'no leader' : partition.pendingLeader >= 0 ? `${partition.leader} to ${partition.pendingLeader}` : `leader ${partition.leader}`}
          right={`${partition.inSync}/${partition.replicas}`}
          isBad={partition.inSync < partition.replicas}
        />
      ))}
      {topic.partitionCount > topic.partitions.length ? <li className="leaf small quiet">and {topic.partitionCount - topic.partitions.length} more</li> : null}
    </Branch>
  );
}

function Group({ group }: { group: GroupFigures }) {
  const settled = group.state === 'Stable' || group.state === 'Empty';
  return (
    <Branch id={`group ${group.group}`} target={{ kind: 'group', group: group.group }} sign={<Users size={14} strokeWidth={1.8} className="icon" />} label={group.group} right={settled ? `lag ${countText(BigInt(group.lag))}` : 'rebalance'}>
      {group.members.map((member) => (
        <Leaf key={member.memberId} target={{ kind: 'member', group: group.group, memberId: member.memberId }} label={member.label} />
      ))}
    </Branch>
  );
}

function Clients() {
  const clients = useEngine((state) => state.figures?.clients);
  const shown = (clients ?? []).filter((client) => client.kind !== 'consumer');
  if (shown.length === 0) return null;
  return (
    <Branch id="clients" sign={<Send size={14} strokeWidth={1.8} className="icon" />} label="Clients" right={String(shown.length)}>
      {shown.map((client) => (
        <Leaf key={client.node} target={{ kind: 'client', node: client.node }} label={client.label} right={client.topic ?? (client.kind === 'external' ? 'outside' : '')} />
      ))}
    </Branch>
  );
}
