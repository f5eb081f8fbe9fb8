import { expect, it } from 'vitest';
import { toolText } from './tool-text.ts';

function textOf(stdout: string, stderr = '', code = 0): string {
  return toolText({ code, stdout, stderr });
}

it('two clusters that differ in ids, ports and chance alone print the same', () => {
  const status = (leader: number, port: number, id: string) =>
    `ClusterId:              ${id}\nLeaderId:               ${leader}\nHighWatermark:          ${leader}17\nCurrentVoters:          [{"id": 1, "endpoints": ["CONTROLLER://127.0.0.1:${port}"]}]\n`;
  expect(textOf(status(1, 19_091, 'vmj8YJEgADDD0Ijp3eeRSQ'))).toBe(textOf(status(3, 40_123, 'E_88CFyzVKTBjkHz3Kd2UQ')));
  const brokers = (first: number, second: number) => [first, second].map((id) => `127.0.0.1:9${id} (id: ${id} rack: null isFenced: false) -> (\n\tProduce(0): 0 to 13 [usable: 13]\n)\n`).join('');
  expect(textOf(brokers(1, 2))).toBe(textOf(brokers(2, 1)));
  const dirs = (path: string, ...partitions: string[]) => `{"brokers":[{"broker":1,"logDirs":[{"partitions":[${partitions.map((name) => `{"partition":"${name}","size":5}`).join(',')}],"error":null,"logDir":"${path}"}]}]}`;
  expect(textOf(dirs('/tmp/a', 't-0', 't-1'))).toBe(textOf(dirs('/tmp/b', 't-1', 't-0')));
});

it('what a client can notice stays: figures, words, order of lines, exit codes, what is said as an error', () => {
  expect(textOf('t:0:5\n')).not.toBe(textOf('t:0:6\n'));
  expect(textOf('a\nb\n')).not.toBe(textOf('b\na\n'));
  expect(textOf('a\n', '', 1)).not.toBe(textOf('a\n'));
  expect(textOf('a\n', 'wrong\n')).not.toBe(textOf('a\n'));
  expect(textOf('Topic: t\tTopicId: vmj8YJEgADDD0Ijp3eeRSQ\tPartitionCount: 1\tConfigs: a=1,b=2\n')).toContain('Configs: a=1,b=2');
  expect(textOf('', 'Error: no\n\tat kafka.Tool.main(Tool.java:1)\nCaused by: why\n', 1)).toBe('exit 1\n--- standard error\nError: no\nCaused by: why\n');
});
