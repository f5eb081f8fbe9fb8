import { describe, expect, it } from 'vitest';
import { ApiKey, apiName, apiOf, apis } from '#engine/protocol/api-keys.ts';

function namesWhere(holds: (api: (typeof apis)[number]) => boolean): string[] {
  return apis.filter(holds).map(({ name }) => name);
}

describe('what a broker of Kafka 4.3 offers', () => {
  it('Produce is offered from 0, though it is refused below 3, for the sake of old librdkafka', () => {
    expect(apiOf(ApiKey.Produce)).toMatchObject({ offered: { min: 0, max: 13 }, versions: { min: 3, max: 13 } });
    expect(namesWhere(({ offered, versions }) => offered !== undefined && offered.min < versions.min)).toEqual(['Produce']);
  });

  it('only the unstable version of InitProducerId is held back', () => {
    expect(namesWhere(({ offered, versions }) => offered !== undefined && offered.max < versions.max)).toEqual(['InitProducerId']);
  });

  it('JoinGroup is offered from 0', () => {
    expect(apiOf(ApiKey.JoinGroup)?.offered).toEqual({ min: 0, max: 9 });
  });

  it("the quorum's and the controllers' own APIs and telemetry are not offered", () => {
    expect(namesWhere(({ onBroker }) => !onBroker)).toEqual([
      'Vote', 'BeginQuorumEpoch', 'EndQuorumEpoch', 'AlterPartition', 'Envelope', 'FetchSnapshot', 'BrokerRegistration', 'BrokerHeartbeat', 'AllocateProducerIds',
      'ControllerRegistration', 'AssignReplicasToDirs', 'UpdateRaftVoter',
    ]);
    expect(namesWhere(({ onBroker, offered }) => onBroker && offered === undefined)).toEqual(['GetTelemetrySubscriptions', 'PushTelemetry']);
  });

  it('request and response of an API have its key, one span of versions, and are flexible from the same version on', () => {
    for (const { key, request, response } of apis) {
      expect([request.apiKey, response.apiKey]).toEqual([key, key]);
      expect(response.versions).toEqual(request.versions);
      expect(response.flexibleFrom).toBe(request.flexibleFrom);
    }
  });

  it('a key that Kafka does not have, or no longer has, has no API', () => {
    expect([4, 5, 6, 7, 93, -1].map(apiOf)).toEqual(Array.from({ length: 6 }, () => undefined));
    expect(apiName(999)).toBe('API 999');
  });
});
