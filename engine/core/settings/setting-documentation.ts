/**
 * What DescribeConfigs says of a setting when documentation is asked for (KIP-569). Kafka answers the text of its ConfigDef,
 * which is the project's prose; here the definition is put into a sentence: type, default, allowed values, importance.
 */
import type { AllowedValues, SettingDefinition } from '#engine/core/settings/setting-definition.ts';

export function settingDocumentation({ type, defaultText, importance, allowed }: SettingDefinition): string {
  const parts = [type, defaultOf(defaultText), allowedOf(allowed), `of ${importance.toLowerCase()} importance`];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}

function defaultOf(text: string | null): string {
  if (text === null) return 'without a default';
  return text === '' ? 'empty by default' : `by default ${text}`;
}

function allowedOf(allowed: AllowedValues | undefined): string {
  switch (allowed?.kind) {
    case undefined:
      return '';
    case 'range':
      return rangeOf(allowed);
    case 'oneOf':
      return `one of ${allowed.names.join(', ')}`;
    case 'listOf':
      return `a list of ${allowed.names.join(', ')}`;
    case 'nonEmpty':
      return 'not empty';
    case 'offsetReset':
      return 'earliest, latest, none or by_duration with an ISO 8601 duration';
    case 'shareOffsetReset':
      return 'earliest, latest or by_duration with an ISO 8601 duration';
    case 'throttledReplicas':
      return 'replicas as partition:broker, or * for all';
  }
}

function rangeOf({ min, max, or }: Extract<AllowedValues, { kind: 'range' }>): string {
  const range = max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
  return or === undefined ? range : `${or} or ${range}`;
}
