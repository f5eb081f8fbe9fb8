/** A scenario file's text to a scenario, or an error that says where: line, path, and the nearest valid name. */
import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { commandKinds } from '#engine/contract/commands.ts';
import { checkSchema, problemText, suggestion } from '#engine/runtime/schema-problems.ts';
import type { SchemaProblem } from '#engine/runtime/schema-problems.ts';
import { expectationSchemas, scenarioSchema } from '#engine/runtime/scenario/scenario-schema.ts';
import type { Expectation, ExpectationKind, Scenario } from '#engine/runtime/scenario/scenario-schema.ts';

export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** A scenario is a page or two; what is a thousand times that is something else. */
const textMax = 1_000_000;

/** `name` is what messages call the file. */
export function readScenario(text: string, name: string): Scenario {
  if (text.length > textMax) throw new ScenarioError(`${name}: ${text.length} characters are no scenario (at most ${textMax})`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) throw new ScenarioError(`${name}:${lines.linePos(syntaxError.pos[0]).line}: ${syntaxError.message}`);
  const refuse = (problems: SchemaProblem[]): never => {
    throw new ScenarioError(problems.map((problem) => `${name}:${lineOf(document, lines, problem.path)}: ${problemText(problem)}`).join('\n'));
  };
  const result = checkSchema(scenarioSchema, plainValue(document, name));
  if (!result.ok) return refuse(result.problems);
  const { expect, ...rest } = result.value;
  for (const [index, step] of rest.steps.entries()) {
    for (const { kind } of step.do) {
      if (!(commandKinds as string[]).includes(kind)) refuse([{ path: ['steps', index, 'do'], text: `unknown command "${kind}"${suggestion(kind, commandKinds)}` }]);
    }
  }
  const expectations = expect.map((value, index) => {
    const parsed = parseExpectation(value, ['expect', index]);
    return Array.isArray(parsed) ? refuse(parsed) : parsed;
  });
  return { ...rest, expectations };
}

/** Aliases are resolved here, and a text that multiplies itself by them is refused. */
function plainValue(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ScenarioError(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function parseExpectation(value: Record<string, unknown>, path: (string | number)[]): Expectation | SchemaProblem[] {
  const kinds = Object.keys(expectationSchemas) as ExpectationKind[];
  const keys = Object.keys(value);
  // "producer" also narrows two other expectations, so the more particular subject decides.
  const particular: ExpectationKind[] = ['acknowledgedLost', 'longestGapMs'];
  const kind = particular.find((candidate) => keys.includes(candidate)) ?? kinds.find((candidate) => keys.includes(candidate));
  if (kind === undefined) return [{ path: [...path, ...keys.slice(0, 1)], text: `an expectation names its subject${suggestion(keys[0] ?? '', kinds)}` }];
  const result = checkSchema(expectationSchemas[kind], value);
  if (result.ok) return { kind, value: result.value } as Expectation;
  return result.problems.map((problem) => ({ path: [...path, ...problem.path], text: problem.text }));
}

/** The line of the value at the path, or of the nearest thing around it that is there. */
function lineOf(document: Document, lines: LineCounter, path: (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const key = parent.items.map((pair) => pair.key).find((candidate) => isScalar(candidate) && candidate.value === last);
      if (isNode(key) && key.range) return lines.linePos(key.range[0]).line;
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
