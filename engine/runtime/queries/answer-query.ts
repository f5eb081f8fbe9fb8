/** Questions of the contract, answered from the engine's state at one event. A new kind is a schema there and an entry here. */
import { querySchemas } from '#engine/contract/envelope.ts';
import type { Query, QueryKind } from '#engine/contract/envelope.ts';
import { LogError } from '#engine/core/log/log.ts';
import { causesOf, oldestRecentEventId } from '#engine/runtime/history/event-log.ts';
import type { EventLog } from '#engine/runtime/history/event-log.ts';
import { historyOf } from '#engine/runtime/history/subject.ts';
import { QueryError } from '#engine/runtime/queries/query-error.ts';
import { recordsOf } from '#engine/runtime/queries/records-query.ts';
import { settingsOf } from '#engine/runtime/queries/settings-query.ts';
import { checkSchema, problemText, suggestion } from '#engine/runtime/schema-problems.ts';
import { projectClusterState } from '#engine/runtime/view/cluster-state.ts';
import { describeText } from '#engine/runtime/view/describe.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';

export interface QueryContext {
  source: ViewSource;
  eventLog: EventLog;
}

export type QueryAnswer = { ok: true; value: unknown } | { ok: false; error: string };

type QueryOf<K extends QueryKind> = Extract<Query, { kind: K }>;

const answers: { [K in QueryKind]: (query: QueryOf<K>, context: QueryContext) => unknown } = {
  state: (_query, { source }) => projectClusterState(source),
  why: ({ eventId, depth }, { eventLog }) => ({ ...causesOf(eventLog, eventId, depth), oldestEventId: oldestRecentEventId(eventLog) }),
  history: ({ subject, limit, facts }, { eventLog }) => historyOf(eventLog, subject, limit, facts),
  records: (query, { source }) => recordsOf(source, query),
  settings: (query, { source }) => settingsOf(source, query),
  describe: (query, { source }) => describeText(source, query.what, query.name),
};

/** Takes a query as it came from outside. */
export function answerQuery(input: unknown, context: QueryContext): QueryAnswer {
  try {
    const query = parseQuery(input);
    return { ok: true, value: (answers[query.kind] as (query: Query, context: QueryContext) => unknown)(query, context) };
  } catch (error) {
    if (error instanceof QueryError || error instanceof LogError) return { ok: false, error: error.message };
    throw error;
  }
}

function parseQuery(input: unknown): Query {
  const kind = typeof input === 'object' && input !== null ? (input as { kind?: unknown }).kind : undefined;
  if (typeof kind !== 'string') throw new QueryError('a query is an object with a "kind", for example {"kind":"state"}');
  if (!isQueryKind(kind)) throw new QueryError(`unknown query "${kind.slice(0, 60)}"${suggestion(kind, Object.keys(querySchemas))}`);
  const result = checkSchema(querySchemas[kind], input);
  if (!result.ok) throw new QueryError(`${kind}: ${result.problems.map(problemText).join('; ')}`);
  return result.value as Query;
}

function isQueryKind(kind: string): kind is QueryKind {
  return Object.hasOwn(querySchemas, kind);
}
