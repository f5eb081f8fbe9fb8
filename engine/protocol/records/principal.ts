/**
 * A principal as brokers pass it on inside an Envelope (KIP-590); behind a 16-bit version.
 */
import { bool, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DefaultPrincipalData = message('DefaultPrincipalData', { versions: '0', flexible: '0+' }, {
  type: string(),
  name: string(),
  tokenAuthenticated: bool(),
});
export type DefaultPrincipalData = MessageOf<typeof DefaultPrincipalData>;

