/** Two normalised answers, leaf by leaf. */

export interface Difference {
  exchange: string;
  /** "body.topics[0].errorCode"; a list of another length differs at "body.topics.length". */
  path: string;
  kafka: unknown;
  terrarium: unknown;
}

export function differencesOf(exchange: string, kafka: unknown, terrarium: unknown): Difference[] {
  const found: Difference[] = [];
  // An answer and none have nothing in common to go through.
  if (kindOf(kafka) !== kindOf(terrarium)) return [{ exchange, path: 'kind', kafka, terrarium }];
  walk('', kafka, terrarium, (path, left, right) => found.push({ exchange, path, kafka: left, terrarium: right }));
  return found;
}

type Report = (path: string, kafka: unknown, terrarium: unknown) => void;

function walk(path: string, kafka: unknown, terrarium: unknown, report: Report): void {
  if (Array.isArray(kafka) && Array.isArray(terrarium)) {
    walkLists(path, kafka, terrarium, report);
    return;
  }
  if (isStruct(kafka) && isStruct(terrarium)) {
    for (const name of new Set([...Object.keys(kafka), ...Object.keys(terrarium)])) walk(path === '' ? name : `${path}.${name}`, kafka[name], terrarium[name], report);
    return;
  }
  if (kafka !== terrarium) report(path, kafka, terrarium);
}

/** Lists of named things are matched by name, so that one more or less does not shift the rest. */
function walkLists(path: string, kafka: unknown[], terrarium: unknown[], report: Report): void {
  const names = namesOf(kafka);
  const otherNames = namesOf(terrarium);
  if (names !== undefined && otherNames !== undefined && kafka.length > 0 && terrarium.length > 0) {
    for (const [name, value] of names) {
      if (otherNames.has(name)) walk(`${path}[${name}]`, value, otherNames.get(name), report);
      else report(`${path}[${name}]`, value, 'absent');
    }
    for (const [name, value] of otherNames) if (!names.has(name)) report(`${path}[${name}]`, 'absent', value);
    const [order, otherOrder] = [orderOf(names, otherNames), orderOf(otherNames, names)];
    if (order !== otherOrder) report(`${path}.order`, order, otherOrder);
    return;
  }
  if (kafka.length !== terrarium.length) report(`${path}.length`, kafka.length, terrarium.length);
  for (let index = 0; index < Math.min(kafka.length, terrarium.length); index += 1) walk(`${path}[${index}]`, kafka[index], terrarium[index], report);
}

/** The names that both have, in the order of the first. */
function orderOf(names: Map<string, unknown>, others: Map<string, unknown>): string {
  return [...names.keys()].filter((name) => others.has(name)).join(' ');
}

const naming = ['name', 'apiKey', 'groupId', 'resourceName', 'topic', 'partitionIndex', 'index', 'partitionId'];

/** By the first field that names all elements differently. */
function namesOf(list: unknown[]): Map<string, unknown> | undefined {
  for (const field of naming) {
    const named = new Map<string, unknown>();
    for (const element of list) if (isStruct(element) && (typeof element[field] === 'string' || typeof element[field] === 'number')) named.set(String(element[field]), element);
    if (named.size === list.length) return named;
  }
  return undefined;
}

function kindOf(answer: unknown): unknown {
  return isStruct(answer) ? answer['kind'] : answer;
}

function isStruct(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
