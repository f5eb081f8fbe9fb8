/**
 * Text to value, with Kafka's rules and its wording where a client can see it (Kafka: ConfigDef.parseType, its validators).
 */
import type { AllowedValues, SettingDefinition, SettingTable, SettingType, SettingValue } from '#engine/core/settings/setting-definition.ts';
import { nearestName } from '#engine/core/settings/nearest-name.ts';
import { SettingError } from '#engine/core/settings/setting-error.ts';

/** Longer names cannot be any setting's; comparing them would cost for nothing. */
const nameLengthMax = 256;

export function findDefinition(table: SettingTable, scope: string, name: string): SettingDefinition {
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  if (definition !== undefined) return definition;
  const nearest = name.length <= nameLengthMax ? nearestName(name, Object.keys(table)) : undefined;
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  throw new SettingError(name, `Unknown ${scope} config name: ${name.slice(0, nameLengthMax)}${hint}`);
}

/** The value of a setting written as text. Throws SettingError. */
export function parseSetting(definition: SettingDefinition, name: string, text: string | null): SettingValue {
  if (text === null) return parseNull(definition, name);
  const value = parseType(definition.type, name, text);
  if (definition.allowed !== undefined) checkAllowed(definition.allowed, name, value);
  return definition.allowed?.kind === 'oneOf' && definition.allowed.ignoreCase ? String(value).toLowerCase() : value;
}

function parseNull(definition: SettingDefinition, name: string): null {
  if (definition.defaultText === null) return null;
  throw new SettingError(name, `Invalid value null for configuration ${name}: a value is required`);
}

const integerLimits: Partial<Record<SettingType, [min: bigint, max: bigint, title: string]>> = {
  INT: [-(2n ** 31n), 2n ** 31n - 1n, 'number of type INT'],
  SHORT: [-(2n ** 15n), 2n ** 15n - 1n, 'number of type SHORT'],
  LONG: [-(2n ** 63n), 2n ** 63n - 1n, 'number of type LONG'],
};

function parseType(type: SettingType, name: string, text: string): SettingValue {
  const trimmed = text.trim();
  const limits = integerLimits[type];
  if (limits !== undefined) return parseInteger(limits, name, trimmed);
  switch (type) {
    case 'BOOLEAN': {
      const lower = trimmed.toLowerCase();
      if (lower === 'true' || lower === 'false') return lower === 'true';
      throw invalid(name, text, 'Expected value to be either true or false');
    }
    case 'DOUBLE': {
      const value = Number(trimmed);
      if (trimmed === '' || Number.isNaN(value)) throw invalid(name, text, 'Not a number of type DOUBLE');
      return value;
    }
    case 'LIST':
      return trimmed === '' ? [] : trimmed.split(',').map((item) => item.trim());
    default:
      return type === 'PASSWORD' ? text : trimmed;
  }
}

function parseInteger([min, max, title]: [bigint, bigint, string], name: string, text: string): number {
  if (!/^[+-]?\d{1,20}$/.test(text)) throw invalid(name, text, `Not a ${title}`);
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  if (value < min || value > max) throw invalid(name, text, `Not a ${title}`);
  return Number(value);
}

function checkAllowed(allowed: AllowedValues, name: string, value: SettingValue): void {
  switch (allowed.kind) {
    case 'range':
      checkRange(allowed, name, Number(value));
      return;
    case 'oneOf': {
      const known = allowed.ignoreCase
        ? allowed.names.some((item) => item.toLowerCase() === String(value).toLowerCase())
        : allowed.names.includes(String(value));
      if (!known) throw invalid(name, value, `String must be one of${allowed.ignoreCase ? ' (case insensitive)' : ''}: ${allowed.names.join(', ')}`);
      return;
    }
    case 'listOf':
      for (const item of value as readonly string[]) {
        if (!allowed.names.includes(item)) throw invalid(name, item, `String must be one of: ${allowed.names.join(', ')}`);
      }
      return;
    case 'nonEmpty':
      if (value === '') throw invalid(name, value, 'String must be non-empty');
      return;
    case 'offsetReset':
      if (!/^(latest|earliest|none|by_duration:P[\dDTHMS.]+)$/.test(String(value))) {
        throw invalid(name, value, 'must be latest, earliest, none or by_duration:PnDTnHnMn.nS');
      }
      return;
    case 'shareOffsetReset':
      if (!/^(latest|earliest|by_duration:P[\dDTHMS.]+)$/.test(String(value))) {
        throw invalid(name, value, `Invalid value \`${String(value).slice(0, 200)}\` for configuration ${name}. The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.`);
      }
      return;
    case 'throttledReplicas':
      checkThrottledReplicas(name, value as readonly string[]);
  }
}

function checkRange(allowed: { min: number; max: number | undefined; or: number | undefined }, name: string, value: number): void {
  if (allowed.or !== undefined && value === allowed.or) return;
  const isOutside = value < allowed.min || (allowed.max !== undefined && value > allowed.max);
  if (isOutside && allowed.or !== undefined) throw invalid(name, value, `Value must be between ${allowed.min} and ${allowed.max} or equal to ${allowed.or}`);
  if (value < allowed.min) throw invalid(name, value, `Value must be at least ${allowed.min}`);
  if (allowed.max !== undefined && value > allowed.max) throw invalid(name, value, `Value must be no more than ${allowed.max}`);
}

function checkThrottledReplicas(name: string, items: readonly string[]): void {
  if (items.length === 1 && items[0] === '*') return;
  if (items.every((item) => /^\d+:\d+$/.test(item))) return;
  const format = "must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...";
  throw invalid(name, `[${items.join(', ')}]`, `${name} ${format}`);
}

function invalid(name: string, value: SettingValue, why: string): SettingError {
  return new SettingError(name, `Invalid value ${String(value).slice(0, 200)} for configuration ${name}: ${why}`);
}
