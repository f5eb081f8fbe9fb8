/** The list behind the command palette: everything that can be done or gone to at this moment. */
import { engineLink } from '#renderer/app/engine-link.ts';
import { toggleTheme } from '#renderer/app/theme.ts';
import { applyFault, clientName, delayMessage, dropMessage, duplicateMessage, holdMessage, nextKinds, restartBroker, setRate, stepEvent, stepToFact, togglePlay, undoFault, zoomBy, zoomTo } from '#renderer/commands/do.ts';
import { faultKinds } from '#renderer/commands/faults.ts';
import { engineStore } from '#renderer/state/engine-store.ts';
import { openDialog, screenStore, select } from '#renderer/state/screen-store.ts';
import { dilationText } from '#renderer/texts/numbers.ts';

export interface Action {
  id: string;
  group: 'Run' | 'Look' | 'Go to' | 'Add' | 'Break' | 'Repair';
  title: string;
  keys?: string;
  run(): void;
}

const rates: readonly number[] = [0.001, 0.0025, 0.01, 0.1, 1, 10, 100];

export function currentActions(): Action[] {
  return [...runActions(), ...repairActions(), ...messageActions(), ...breakActions(), ...addActions(), ...lookActions(), ...goActions()];
}

function runActions(): Action[] {
  const paused = engineStore.getState().clock?.paused === true;
  return [
    { id: 'play', group: 'Run', title: paused ? 'Run' : 'Stop', keys: 'Space', run: togglePlay },
    { id: 'step', group: 'Run', title: 'Step one event', keys: '.', run: () => void stepEvent() },
    ...nextKinds.map(({ fact, label }, at): Action => ({ id: `next ${fact}`, group: 'Run', title: `Run to the next ${label}`, ...(at === 0 ? { keys: 'N' } : {}), run: () => void stepToFact(fact) })),
    ...rates.map((rate): Action => ({ id: `rate ${rate}`, group: 'Run', title: `Pace: ${dilationText(rate)}`, run: () => setRate(rate) })),
    { id: 'rate max', group: 'Run', title: 'Pace: as fast as it goes', run: () => setRate('max') },
  ];
}

function repairActions(): Action[] {
  const { cluster, figures } = engineStore.getState();
  const undo = (cluster?.faults ?? []).map((fault): Action => ({ id: `undo ${fault.id}`, group: 'Repair', title: `Undo: ${fault.text}`, run: () => undoFault(fault.inverse) }));
  const restart = (figures?.brokers ?? []).filter((broker) => !broker.isRunning && !broker.isPaused).map((broker): Action => ({ id: `restart ${broker.broker}`, group: 'Repair', title: `Restart broker ${broker.broker}`, run: () => restartBroker(broker.broker) }));
  return [...undo, ...restart];
}

function breakActions(): Action[] {
  const { figures } = engineStore.getState();
  const brokers = (figures?.brokers ?? []).filter((broker) => broker.isRunning).slice(0, 24);
  return faultKinds.flatMap((fault) => brokers.map((broker): Action => ({ id: `${fault.id} ${broker.broker}`, group: 'Break', title: `${fault.verb} broker ${broker.broker}`, run: () => applyFault(fault.id, { kind: 'broker', broker: broker.broker }) })));
}

/** What can be done to the message that is selected. */
function messageActions(): Action[] {
  const { selected } = screenStore.getState();
  if (selected?.kind !== 'message') return [];
  const { id } = selected;
  return [
    { id: 'hold message', group: 'Break', title: `Hold message ${id}`, run: () => holdMessage(id) },
    { id: 'delay message', group: 'Break', title: `Delay message ${id} by 500 ms`, run: () => delayMessage(id, 500) },
    { id: 'double message', group: 'Break', title: `Double message ${id}`, run: () => duplicateMessage(id) },
    { id: 'drop message', group: 'Break', title: `Drop message ${id}`, run: () => dropMessage(id) },
  ];
}

function addActions(): Action[] {
  return [
    { id: 'add topic', group: 'Add', title: 'Add a topic', run: () => openDialog({ name: 'addTopic' }) },
    { id: 'add producer', group: 'Add', title: 'Add a producer', run: () => openDialog({ name: 'addProducer' }) },
    { id: 'add consumer', group: 'Add', title: 'Add a consumer', run: () => openDialog({ name: 'addConsumer' }) },
    { id: 'add broker', group: 'Add', title: 'Add a broker', run: () => openDialog({ name: 'addBroker' }) },
  ];
}

function lookActions(): Action[] {
  const { showsInternalTopics, view } = screenStore.getState();
  return [
    { id: 'view', group: 'Look', title: view === 'stage' ? 'Explorer: tables of topics, partitions, groups' : 'Stage', keys: 'E', run: () => screenStore.setState({ view: view === 'stage' ? 'explorer' : 'stage' }) },
    { id: 'theme', group: 'Look', title: 'Switch between dark and light', keys: 'T', run: toggleTheme },
    { id: 'internal', group: 'Look', title: showsInternalTopics ? 'Hide internal topics' : 'Show internal topics', run: () => screenStore.setState({ showsInternalTopics: !showsInternalTopics }) },
    { id: 'zoom in', group: 'Look', title: 'Zoom in', keys: '+', run: () => zoomBy(0.2) },
    { id: 'zoom out', group: 'Look', title: 'Zoom out', keys: '-', run: () => zoomBy(-0.2) },
    { id: 'zoom all', group: 'Look', title: 'See the whole cluster', keys: '0', run: () => zoomTo(0) },
    { id: 'shortcuts', group: 'Look', title: 'List of shortcuts', keys: '?', run: () => openDialog({ name: 'shortcuts' }) },
  ];
}

function goActions(): Action[] {
  const { figures } = engineStore.getState();
  if (figures === undefined) return [];
  const brokers = figures.brokers.slice(0, 100).map((broker): Action => ({ id: `go broker ${broker.broker}`, group: 'Go to', title: `Broker ${broker.broker}`, run: () => select({ kind: 'broker', broker: broker.broker }) }));
  const partitions = figures.topics.flatMap((topic) => topic.partitions.map((partition): Action => ({ id: `go ${topic.topic} ${partition.partition}`, group: 'Go to', title: `${topic.topic}-${partition.partition}`, run: () => select({ kind: 'partition', topic: topic.topic, partition: partition.partition }) })));
  const groups = figures.groups.map((group): Action => ({ id: `go group ${group.group}`, group: 'Go to', title: `Group ${group.group}`, run: () => select({ kind: 'group', group: group.group }) }));
  const clients = figures.clients.map((client): Action => ({ id: `go ${client.node}`, group: 'Go to', title: `${client.kind === 'external' ? 'Client' : client.kind === 'producer' ? 'Producer' : 'Consumer'} ${client.label}`, run: () => select({ kind: 'client', node: client.node }) }));
  const stops = figures.clients.filter((client) => client.kind === 'producer').map((client): Action => ({ id: `stop ${client.node}`, group: 'Break', title: `Stop producer ${client.label}`, run: () => void engineLink().run({ kind: 'producer.stop', producer: clientName(client.node) }) }));
  const consumers = figures.clients.filter((client) => client.kind === 'consumer').flatMap((client): Action[] => [
    { id: `crash ${client.node}`, group: 'Break', title: `Crash consumer ${client.label}`, run: () => void engineLink().run({ kind: 'consumer.crash', consumer: clientName(client.node) }) },
    { id: `stop ${client.node}`, group: 'Break', title: `Stop consumer ${client.label}`, run: () => void engineLink().run({ kind: 'consumer.stop', consumer: clientName(client.node) }) },
  ]);
  return [...stops, ...consumers, ...brokers, ...partitions, ...groups, ...clients];
}
