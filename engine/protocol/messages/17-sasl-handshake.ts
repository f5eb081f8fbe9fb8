/**
 * SaslHandshake (17).
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
