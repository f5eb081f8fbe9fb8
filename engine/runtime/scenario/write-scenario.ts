/** A scenario as the text of its file: what readScenario reads, with a comment at its head. */
import { stringify } from 'yaml';

/** `fields` as the file has them, in their order; `comment` line by line. */
export function scenarioText(comment: readonly string[], fields: Record<string, unknown>): string {
  return `${comment.map((line) => `# ${line}\n`).join('')}${stringify(fields, { lineWidth: 0 })}`;
}
