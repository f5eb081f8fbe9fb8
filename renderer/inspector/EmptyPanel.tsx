/** Nothing is selected: three things to try. */
import { engineLink } from '#renderer/app/engine-link.ts';
import { setRate } from '#renderer/commands/do.ts';
import { useEngine } from '#renderer/state/engine-store.ts';
import { openDialog, select } from '#renderer/state/screen-store.ts';

export function EmptyPanel() {
  const leader = useEngine((state) => {
    const topic = state.figures?.topics.find((candidate) => !candidate.internal);
    const partition = topic?.partitions.find((candidate) => candidate.leader >= 0);
    return topic === undefined || partition === undefined ? undefined : `${topic.topic}/${partition.partition}/${partition.leader}`;
  });
  const [topic = '', partition = '0', broker = '0'] = leader?.split('/') ?? [];
  return (
    <>
      <div className="inspector-head">
        <h2>Click anything on the stage</h2>
        <div className="soft">Its facts, and why it is so, appear here.</div>
      </div>
      <div className="section inspector-body scroll">
        <h3>Three things to try</h3>
        <ul className="tries">
          <li>
            <span className="order">1</span>
            <div>
              Slow time down until you can follow one record: produced, fetched by its followers, committed.
              <br />
              <button type="button" className="button" onClick={() => setRate(0.01)}>
                1 ms = 100 ms
              </button>
            </div>
          </li>
          <li>
            <span className="order">2</span>
            <div>
              Crash the broker that leads {leader === undefined ? 'a partition' : `${topic}-${partition}`}, watch its session run out, and see who is chosen and why.
              <br />
              <button
                type="button"
                className="button"
                disabled={leader === undefined}
                onClick={() => {
                  select({ kind: 'partition', topic, partition: Number(partition) });
                  void engineLink().run({ kind: 'broker.crash', broker: Number(broker) });
                }}
              >
                Crash broker {broker}
              </button>
            </div>
          </li>
          <li>
            <span className="order">3</span>
            <div>
              Add a consumer to a group and see the partitions change hands.
              <br />
              <button type="button" className="button" onClick={() => openDialog({ name: 'addConsumer' })}>
                Add a consumer
              </button>
            </div>
          </li>
        </ul>
      </div>
    </>
  );
}
