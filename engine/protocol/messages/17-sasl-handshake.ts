/**
 * SaslHandshake (17): a client chooses a SASL mechanism.
 *
 * 0: the exchange follows as bare bytes, without Kafka's frame. 1: it follows in SaslAuthenticate requests (KIP-152). Never flexible.
 */
import { array, int16, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const SaslHandshakeRequest = message('SaslHandshakeRequest', { apiKey: 17, versions: '0-1' }, {
  mechanism: string(),
});
export type SaslHandshakeRequest = MessageOf<typeof SaslHandshakeRequest>;

export const SaslHandshakeResponse = message('SaslHandshakeResponse', { apiKey: 17, versions: '0-1' }, {
  errorCode: int16(),
  mechanisms: array(string()),
});
export type SaslHandshakeResponse = MessageOf<typeof SaslHandshakeResponse>;
