import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '#engine/core/security/base64.ts';
import { plainStep } from '#engine/core/security/plain-server.ts';
import { credentialOfPassword } from '#engine/core/security/scram-credential.ts';
import { scramFinalStep, scramFirstStep, type ScramExchange } from '#engine/core/security/scram-server.ts';
import { nodeCryptography } from '#engine/runtime/cryptography.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (token: Uint8Array): string => new TextDecoder('utf-8').decode(token);

describe('Base64', () => {
  it('goes there and back for every length and byte', () => {
    for (let size = 0; size <= 64; size++) {
      const some = Uint8Array.from({ length: size }, (_, index) => (index * 37 + size) & 255);
      const encoded = toBase64(some);
      expect(encoded).toBe(Buffer.from(some).toString('base64'));
      expect(fromBase64(encoded)).toEqual(some);
    }
  });

  it('is refused without its padding and with strange characters', () => {
    expect(['AAA', 'A', 'AA=A', 'A-==', '===='].filter((wrong) => fromBase64(wrong) !== undefined)).toEqual([]);
  });
});

describe('PLAIN on the server', () => {
  const users = new Map([['alice', 'secret'], ['bob', 'pässword']]);
  const step = (token: string) => plainStep(bytes(token), users, nodeCryptography);

  it('knows a user by name and password, with an authorization id or without', () => {
    expect(step('\0alice\0secret')).toMatchObject({ kind: 'complete', user: 'alice' });
    expect(step('bob\0bob\0pässword')).toMatchObject({ kind: 'complete', user: 'bob' });
  });

  it.each([
    ['\0alice\0wrong', 'Authentication failed: Invalid username or password'],
    ['\0carol\0secret', 'Authentication failed: Invalid username or password'],
    ['\0\0secret', 'Authentication failed: username not specified'],
    ['\0alice\0', 'Authentication failed: password not specified'],
    ['bob\0alice\0secret', 'Authentication failed: Client requested an authorization id that is different from username'],
    ['alice\0secret', 'Invalid SASL/PLAIN response: expected 3 tokens, got 2'],
    ['a\0b\0c\0d\0e', 'Invalid SASL/PLAIN response: expected 3 tokens, got 4'],
  ])('answers %j in the words of Kafka 4.3.1', (token, words) => {
    expect(step(token)).toEqual({ kind: 'failed', words });
  });
});

/** The exchange that RFC 7677 prints for SCRAM-SHA-256. */
const printed = {
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal: 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
};

describe('SCRAM on the server', () => {
  const salt = fromBase64('W22ZaJ0SNY7soEsUEjb6gQ==')!;
  const credential = credentialOfPassword('SCRAM-SHA-256', 'pencil', salt, 4096, nodeCryptography);
  const first = (token: string, known = credential) => scramFirstStep(bytes(token), printed.serverNonce, (user) => (user === 'user' || user === 'a,b=c' ? known : undefined));
  const exchange = (): ScramExchange => {
    const step = first(printed.clientFirst);
    if (step.kind !== 'challenge') throw new Error('the first step failed');
    expect(text(step.token)).toBe(printed.serverFirst);
    return step.exchange;
  };
  const final = (token: string) => scramFinalStep(bytes(token), 'SCRAM-SHA-256', exchange(), nodeCryptography);

  it('goes through the exchange that RFC 7677 prints', () => {
    const step = final(printed.clientFinal);
    expect(step).toMatchObject({ kind: 'complete', user: 'user' });
    expect(step.kind === 'complete' && text(step.token)).toBe(printed.serverFinal);
  });

  it('reads names in which comma and equals sign are written as RFC 5802 has it', () => {
    expect(first('n,,n=a=2Cb=3Dc,r=abc')).toMatchObject({ kind: 'challenge', exchange: { user: 'a,b=c' } });
  });

  it.each(['', 'hello', 'y,,n=user,r=abc', 'p=tls-unique,,n=user,r=abc', 'n,,n=user', 'n,,n=us=er,r=abc', 'n,,n=nobody,r=abc', 'n,,n=user,r=abc,tokenauth=true'])(
    'tells nothing of why it refuses the first message %j',
    (token) => {
      expect(first(token)).toEqual({ kind: 'failed' });
    },
  );

  it('refuses another authorization id, and a credential of too few iterations', () => {
    expect(first('n,a=other,n=user,r=abc')).toMatchObject({ kind: 'failed', words: 'Authentication failed: Client requested an authorization id that is different from username' });
    expect(first(printed.clientFirst, { ...credential, iterations: 4095 })).toEqual({ kind: 'failed' });
  });

  it.each([
    ['the proof of another password', printed.clientFinal.replace('p=d', 'p=e')],
    ['a proof that is too short', printed.clientFinal.replace(/p=.*/, 'p=AAAA')],
    ['a proof that is no Base64', printed.clientFinal.replace(/p=.*/, 'p=A')],
    ['the nonce of another exchange', printed.clientFinal.replace('r=rOpr', 'r=rOps')],
    ['no proof', printed.clientFinal.replace(/,p=.*/, '')],
  ])('refuses %s', (_what, token) => {
    expect(final(token)).toEqual({ kind: 'failed' });
  });
});
