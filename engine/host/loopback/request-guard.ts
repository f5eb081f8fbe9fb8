/**
 * Refuses, before anything is routed, what does not come from our own page: the Host must be the literal address, an Origin must
 * be ours, and an upgrade must have one. This is what stands against DNS rebinding and against other sites' scripts.
 */
export interface GuardedHeaders {
  host?: string | undefined;
  origin?: string | undefined;
}

export function refusalOf(headers: GuardedHeaders, port: number, kind: 'page' | 'upgrade'): string | undefined {
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  if (headers.host !== host) return `the Host header is not ${host}`;
  if (headers.origin === undefined) return kind === 'upgrade' ? 'an upgrade needs an Origin header' : undefined;
  return headers.origin === origin ? undefined : `the Origin header is not ${origin}`;
}
