/**
 * Who a client is, on a listener that asks (Kafka: SaslServerAuthenticator, KafkaChannel; KIP-43, KIP-152, KIP-368): ApiVersions if it
 * likes, SaslHandshake to choose a mechanism, then SaslAuthenticate until the mechanism is content. Anything else ends the connection.
 *
 * What there is to say of a failure is told after connection.failed.authentication.delay.ms, and the connection ends with it. With
 * connections.max.reauth.ms a session has an end: the client begins anew with SaslHandshake on the same connection, as the same user and
 * by the same mechanism, or its next request after the end closes it. Without, it may not begin anew.
 * After version 0 of SaslHandshake the tokens come and go without Kafka's frame; here they are SaslAuthenticate requests of a correlation
 * id that no frame can carry, and a failure has no words. Brokers and built-in clients come by the inner listener and are not asked.
 */
import { errorAnswer } from '#engine/core/broker/error-answers.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { mechanismOf, type Mechanism } from '#engine/core/security/mechanisms.ts';
import { plainStep } from '#engine/core/security/plain-server.ts';
import type { SaslStep } from '#engine/core/security/sasl-step.ts';
import { scramFinalStep, scramFirstStep, type ScramExchange } from '#engine/core/security/scram-server.ts';
import { assert } from '#engine/ports/assert.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { SaslHandshakeRequest, SaslHandshakeResponse } from '#engine/protocol/messages/17-sasl-handshake.ts';
import type { SaslAuthenticateRequest, SaslAuthenticateResponse } from '#engine/protocol/messages/36-sasl-authenticate.ts';

export const authenticationFailureTimer = 'broker.authenticationFailure';

/** Of a token without a frame: beyond an int32. */
export const bareTokenCorrelationId = 2 ** 31;

/** A client may not begin again sooner. */
const reauthenticationIntervalUs = 1_000_000;
const noBytes = new Uint8Array(0);

/** Of one connection. */
export interface Authentication {
  phase: 'begun' | 'versionsTold' | 'exchange' | 'complete' | 'failed';
  /** Chosen by the last handshake. */
  mechanism: Mechanism | null;
  /** Its tokens have no frame. */
  isBare: boolean;
  /** Between the steps of SCRAM. */
  exchange: ScramExchange | null;
  /** While complete. */
  user: string | null;
  /** Who it was before it began anew. */
  former: { user: string; mechanism: Mechanism } | null;
  /** The end of the session; -1: it has none. */
  expiresUs: number;
  reauthenticatedUs: number;
  /** What it is told when the delay after a failure is over; body null: nothing. */
  failure: { request: RequestMessage; body: unknown } | null;
}

export function isOutside(request: RequestMessage): boolean {
  return request.clientAddress !== undefined;
}

/** True: the request may be handled. Otherwise it was seen to. */
export function isAuthenticated(state: BrokerState, request: RequestMessage, context: BrokerContext): boolean {
  if (state.security.listener.protocol === 'PLAINTEXT' || !isOutside(request)) return true;
  const row = rowOf(state, request.connectionId);
  switch (row.phase) {
    case 'complete':
      return maySpeak(state, row, request, context);
    case 'begun':
    case 'versionsTold':
      return onFirstRequests(state, row, request, context);
    case 'exchange':
      onToken(state, row, request, context);
      return false;
    case 'failed':
      assert(false, 'a connection whose authentication failed handles nothing more');
  }
}

function rowOf(state: BrokerState, connectionId: number): Authentication {
  const row = state.authentications.get(connectionId) ?? {
    phase: 'begun',
    mechanism: null,
    isBare: false,
    exchange: null,
    user: null,
    former: null,
    expiresUs: -1,
    reauthenticatedUs: -1,
    failure: null,
  };
  state.authentications.set(connectionId, row);
  return row;
}

function maySpeak(state: BrokerState, row: Authentication, request: RequestMessage, context: BrokerContext): boolean {
  const isTooSoon = row.reauthenticatedUs !== -1 && context.nowUs - row.reauthenticatedUs < reauthenticationIntervalUs;
  if (request.apiKey === ApiKey.SaslHandshake && row.expiresUs !== -1 && !isTooSoon) {
    assert(row.user !== null && row.mechanism !== null, 'an authenticated connection has a user');
    row.former = { user: row.user, mechanism: row.mechanism };
    row.reauthenticatedUs = context.nowUs;
    onHandshake(state, row, request, context);
    return false;
  }
  if (row.expiresUs === -1 || context.nowUs <= row.expiresUs) return true;
  context.refuse(request);
  return false;
}

function onFirstRequests(state: BrokerState, row: Authentication, request: RequestMessage, context: BrokerContext): boolean {
  if (request.apiKey === ApiKey.SaslHandshake) onHandshake(state, row, request, context);
  else if (request.apiKey === ApiKey.ApiVersions && row.phase === 'begun') return true;
  else context.refuse(request);
  return false;
}

/** ApiVersions was answered with what the broker offers: it is not asked for twice. */
export function noteVersionsTold(state: BrokerState, request: RequestMessage): void {
  const row = state.authentications.get(request.connectionId);
  if (row?.phase === 'begun') row.phase = 'versionsTold';
}

function onHandshake(state: BrokerState, row: Authentication, request: RequestMessage, context: BrokerContext): void {
  const { mechanism: asked } = request.body as SaslHandshakeRequest;
  const { mechanisms } = state.security.listener;
  const mechanism = mechanismOf(asked);
  const isEnabled = mechanism !== undefined && mechanisms.includes(mechanism);
  const answer: SaslHandshakeResponse = { errorCode: isEnabled ? ErrorCode.NONE : ErrorCode.UNSUPPORTED_SASL_MECHANISM, mechanisms: [...mechanisms] };
  if (!isEnabled) {
    fail(state, row, request, answer, context);
    return;
  }
  row.phase = 'exchange';
  row.mechanism = mechanism;
  row.isBare = request.apiVersion === 0;
  row.exchange = null;
  context.respond(request, answer);
}

function onToken(state: BrokerState, row: Authentication, request: RequestMessage, context: BrokerContext): void {
  const { authBytes } = request.body as SaslAuthenticateRequest;
  const { former } = row;
  if (request.apiKey !== ApiKey.SaslAuthenticate) {
    fail(state, row, request, errorAnswer(request.apiKey, ErrorCode.ILLEGAL_SASL_STATE, null), context);
    return;
  }
  if ((former !== null && former.mechanism !== row.mechanism) || authBytes.length > state.settings['sasl.server.max.receive.size']) {
    context.refuse(request);
    return;
  }
  const step = stepOf(state, row, authBytes, context);
  if (step.kind === 'challenge') {
    row.exchange = step.exchange;
    context.respond(request, answerOf(step.token, 0));
  } else if (step.kind === 'failed') {
    const during = former === null ? 'authentication' : 're-authentication';
    fail(state, row, request, refusalOf(step.words ?? `Authentication failed during ${during} due to invalid credentials with SASL mechanism ${row.mechanism}`), context);
  } else if (former !== null && former.user !== step.user) {
    fail(state, row, request, refusalOf(`Cannot change principals during re-authentication from User.${former.user}: User.${step.user}`), context);
  } else {
    context.respond(request, answerOf(step.token, complete(state, row, step.user, context)));
  }
}

function stepOf(state: BrokerState, { mechanism, exchange }: Authentication, token: Uint8Array, context: BrokerContext): SaslStep<ScramExchange> {
  assert(mechanism !== null, 'an exchange has a mechanism');
  if (mechanism === 'PLAIN') return plainStep(token, state.security.listener.plainUsers, context.cryptography);
  if (exchange !== null) return scramFinalStep(token, mechanism, exchange, context.cryptography);
  const serverNonce = context.random.uuid();
  return scramFirstStep(token, serverNonce, (user) => state.image.scramCredentials.get(mechanism)?.get(user));
}

/** Answers how long the session lasts; 0: it has no end. */
function complete(state: BrokerState, row: Authentication, user: string, context: BrokerContext): number {
  const lifetimeMs = row.mechanism === null ? 0 : (state.security.listener.reauthMaxMs.get(row.mechanism) ?? 0);
  row.phase = 'complete';
  row.exchange = null;
  row.former = null;
  row.user = user;
  row.expiresUs = lifetimeMs === 0 ? -1 : context.nowUs + lifetimeMs * 1000;
  return lifetimeMs;
}

/** Without a body there is nothing to wait for. */
function fail(state: BrokerState, row: Authentication, request: RequestMessage, body: unknown, context: BrokerContext): void {
  if (body === undefined) {
    context.refuse(request);
    return;
  }
  row.phase = 'failed';
  row.exchange = null;
  row.failure = { request, body: request.correlationId === bareTokenCorrelationId ? null : body };
  context.arm(authenticationFailureTimer, String(request.connectionId), state.settings['connection.failed.authentication.delay.ms']);
}

export function onAuthenticationFailureTimer(state: BrokerState, key: string, context: BrokerContext): void {
  const failure = state.authentications.get(Number(key))?.failure ?? null;
  if (failure === null) return;
  const { request, body } = failure;
  // What waits behind it on the connection is not handled: the connection is gone before it could be.
  if (body !== null) context.respond(request, body);
  context.refuse(request);
}

function answerOf(authBytes: Uint8Array, sessionLifetimeMs: number): SaslAuthenticateResponse {
  return { errorCode: ErrorCode.NONE, errorMessage: '', authBytes, sessionLifetimeMs: BigInt(sessionLifetimeMs) };
}

function refusalOf(errorMessage: string): SaslAuthenticateResponse {
  return { errorCode: ErrorCode.SASL_AUTHENTICATION_FAILED, errorMessage, authBytes: noBytes, sessionLifetimeMs: 0n };
}
