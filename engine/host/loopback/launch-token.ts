/**
 * Who may open the screen: whoever holds the launch token, which is printed once and good once. It is exchanged for a cookie
 * that only this port knows by name, that no script can read and no other site can send.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';

export interface LaunchTokens {
  /** A fresh token for an address that a person will open. */
  issue(): string;
  /** Uses a token up; answers the session's secret, or undefined when the token is not (or no longer) good. */
  exchange(token: string): string | undefined;
  isSession(secret: string | undefined): boolean;
}

const tokensMax = 16;
const sessionsMax = 64;

export function createLaunchTokens(): LaunchTokens {
  const tokens: string[] = [];
  const sessions: string[] = [];
  return {
    issue() {
      const token = randomBytes(32).toString('base64url');
      tokens.push(token);
      if (tokens.length > tokensMax) tokens.shift();
      return token;
    },
    exchange(token) {
      const at = tokens.findIndex((known) => isSame(known, token));
      if (at < 0) return undefined;
      tokens.splice(at, 1);
      const secret = randomBytes(32).toString('base64url');
      sessions.push(secret);
      if (sessions.length > sessionsMax) sessions.shift();
      return secret;
    },
    isSession(secret) {
      return secret !== undefined && sessions.some((known) => isSame(known, secret));
    },
  };
}

function isSame(known: string, given: string): boolean {
  const a = Buffer.from(known);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The cookie's name carries the port, for cookies do not tell ports apart. */
export function cookieName(port: number): string {
  return `terrarium-${port}`;
}

export function setCookie(port: number, secret: string): string {
  return `${cookieName(port)}=${secret}; HttpOnly; SameSite=Strict; Path=/`;
}

export function cookieOf(header: string | undefined, port: number): string | undefined {
  const prefix = `${cookieName(port)}=`;
  return header?.split(';').map((part) => part.trim()).find((part) => part.startsWith(prefix))?.slice(prefix.length);
}
