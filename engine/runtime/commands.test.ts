import { expect, test } from 'vitest';
import { commandKinds } from '#engine/contract/commands.ts';
import { isWorldCommand, parseCommand } from '#engine/runtime/commands.ts';

test('a command is read with its defaults filled in', () => {
  expect(parseCommand({ kind: 'link.cut', from: 1 })).toEqual({ kind: 'link.cut', from: 1, oneWay: false });
  expect(parseCommand({ kind: 'producer.start', producer: { id: 'p', topic: 't' } })).toMatchObject({ producer: { recordsPerSecond: 5, config: {} } });
});

test.each<[string, unknown, string]>([
  ['a misspelt kind', { kind: 'broker.crsh', broker: 1 }, 'unknown command "broker.crsh"; did you mean "broker.crash"?'],
  ['a misspelt field', { kind: 'broker.crash', borker: 1 }, 'broker.crash: broker: Invalid input: expected number, received undefined; borker: unknown field "borker"; did you mean "broker"?'],
  ['a misspelt field inside', { kind: 'topic.create', topic: { name: 't', partitons: 1, partitions: 1, replicationFactor: 1 } }, 'topic.create: topic.partitons: unknown field "partitons"; did you mean "partitions"?'],
  ['a value of the wrong type', { kind: 'broker.crash', broker: 'two' }, 'broker.crash: broker: Invalid input: expected number, received string'],
  ['a value out of range', { kind: 'link.shape', from: 1, loss: 2 }, 'link.shape: loss: Too big: expected number to be <=1'],
  ['a prototype name as a kind', { kind: 'constructor' }, 'unknown command "constructor"'],
  ['no kind', {}, 'a command needs a "kind"'],
  ['no object', 'broker.crash', 'a command is an object with a "kind"'],
  ['nothing', null, 'a command is an object with a "kind"'],
])('%s is refused, saying what would be right', (_what, input, message) => {
  expect(() => parseCommand(input)).toThrow(message);
});

test('only the commands of the clock are not for the world', () => {
  const paced = commandKinds.filter((kind) => !isWorldCommand({ kind } as never));
  expect(paced).toEqual(['clock.rate', 'clock.pause', 'clock.resume', 'clock.step']);
});
