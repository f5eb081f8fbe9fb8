/** A group with the lag of each partition, or one of its members. */
import type { CommittedOffsetView, GroupView } from '#engine/contract/state.ts';
import { ClientActions } from '#renderer/inspector/ClientPanel.tsx';
import { clientName } from '#renderer/commands/do.ts';
import { Fact, Facts, Num, PanelHead, Unknown } from '#renderer/inspector/parts.tsx';
import { WhySection } from '#renderer/inspector/WhySection.tsx';
import { useEngine } from '#renderer/state/engine-store.ts';
import { select } from '#renderer/state/screen-store.ts';
import { countText, secondsText } from '#renderer/texts/numbers.ts';
import { groupQuestion } from '#renderer/texts/questions.ts';

export function GroupPanel({ group }: { group: string }) {
  const view = useEngine((state) => state.cluster?.groups.find((candidate) => candidate.group === group));
  if (view === undefined) return <Unknown what={`Group ${group}`} />;
  return (
    <>
      <PanelHead title={`Group ${group}`}>
        <span className="tag group">{view.state}</span>
        <span className="tag">{view.type}</span>
        <span className="tag num">generation {view.generation}</span>
      </PanelHead>
      <div className="inspector-body scroll">
        <div className="section">
          <Facts>
            <Fact name="Coordinator">{view.coordinator < 0 ? <span className="bad">is moving</span> : `Broker ${view.coordinator}`}</Fact>
            <Fact name="Assignor">{view.protocol === '' ? 'none' : view.protocol}</Fact>
            <Fact name="Leader">{clientIdOf(view, view.leader)}</Fact>
            <Fact name="Members">
              <Num>{view.members.length}</Num>
            </Fact>
            <Fact name="Lag">
              <Num>{countText(view.offsets.reduce((sum, row) => sum + (row.lag > 0n ? row.lag : 0n), 0n))}</Num>
              <span className="quiet">records</span>
            </Fact>
          </Facts>
        </div>
        <WhySection question={groupQuestion(group, view.state, view.generation)} />
        <Offsets offsets={view.offsets} />
      </div>
    </>
  );
}

function clientIdOf(view: GroupView, memberId: string): string {
  return view.members.find((member) => member.memberId === memberId)?.clientId ?? (memberId === '' ? 'none' : memberId);
}

export function MemberPanel({ group, memberId }: { group: string; memberId: string }) {
  const view = useEngine((state) => state.cluster?.groups.find((candidate) => candidate.group === group));
  const node = useEngine((state) => state.catalog?.members.find((candidate) => candidate.memberId === memberId)?.node ?? undefined);
  const member = view?.members.find((candidate) => candidate.memberId === memberId);
  if (view === undefined || member === undefined) return <Unknown what={`A member of ${group}`} />;
  const owned = new Set(member.assignment);
  return (
    <>
      <PanelHead title={member.clientId === '' ? memberId : node === undefined ? member.clientId : clientName(node)}>
        <span className="tag group">member of {group}</span>
        {view.leader === memberId ? <span className="tag">leads the group</span> : null}
      </PanelHead>
      <div className="inspector-body scroll">
        <div className="section">
          <Facts>
            <Fact name="Member id">
              <Num>{memberId}</Num>
            </Fact>
            {member.instanceId === null ? null : <Fact name="Instance id">{member.instanceId}</Fact>}
            <Fact name="Host">
              <Num>{member.host}</Num>
            </Fact>
            <Fact name="Session">
              <Num>{secondsText(member.sessionLeftMs)}</Num>
              <span className="quiet">left of {secondsText(member.sessionTimeoutMs)}</span>
            </Fact>
            <Fact name="Owns">{member.assignment.length === 0 ? <span className="quiet">nothing</span> : member.assignment.join(', ')}</Fact>
          </Facts>
        </div>
        <WhySection question={groupQuestion(group, view.state, view.generation)} />
        <Offsets offsets={view.offsets.filter((row) => owned.has(`${row.topic}-${row.partition}`))} />
      </div>
      {node === undefined ? null : <ClientActions name={clientName(node)} kind="consumer" />}
    </>
  );
}

const rowsMax = 60;

function Offsets({ offsets }: { offsets: readonly CommittedOffsetView[] }) {
  if (offsets.length === 0) return null;
  return (
    <div className="section">
      <h3>Committed, end, lag</h3>
      <table className="rows">
        <tbody>
          {offsets.slice(0, rowsMax).map((row) => (
            <tr key={`${row.topic}-${row.partition}`}>
              <td>
                <button type="button" onClick={() => select({ kind: 'partition', topic: row.topic, partition: row.partition })}>
                  {row.topic}-{row.partition}
                </button>
              </td>
              <td className="num">{row.offset < 0n ? '–' : String(row.offset)}</td>
              <td className="num quiet">{String(row.logEndOffset)}</td>
              <td className="num">{row.lag < 0n ? '–' : countText(row.lag)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
