/** Addresses that may be opened in the system's browser: by name, from this list, and in no other way. */
export const externalLinks = {
  kafkaDocumentation: 'https://kafka.apache.org/documentation/',
  kafkaProtocol: 'https://kafka.apache.org/protocol',
} as const;

export type ExternalLink = keyof typeof externalLinks;

export function externalAddress(name: unknown): string | undefined {
  return typeof name === 'string' && Object.hasOwn(externalLinks, name) ? externalLinks[name as ExternalLink] : undefined;
}
