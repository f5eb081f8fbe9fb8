/** Every API that brokers offer, in its lowest, middle and highest version, with each shape of request; and versions nobody has. */
import { apis, apiOf, ApiKey, type Api } from '#engine/protocol/api-keys.ts';
import type { Session } from '../session.ts';
import { shapedRequest, shapes, unknownName } from '../request-shapes.ts';
import { coordinatorOf } from './scene.ts';
import type { Story } from './story.ts';

/** What would change the cluster under the stories that follow, or wait for what never comes. */
const leftOut: Record<string, string> = {
  'UnregisterBroker *': 'has a story of its own, with a broker that is not there',
  'AddPartitionsToTxn defaults': 'is never answered from version 4 on, for there is nobody to ask',
  'Metadata unknown names': 'would create the topic in versions that cannot say otherwise; has a story of its own',
  'Metadata nulls': 'before version 10 a name cannot be null, and the topic would be created',
  'Metadata negative numbers': 'as above',
};

function isLeftOut(api: Api, shape: string): boolean {
  return leftOut[`${api.name} *`] !== undefined || leftOut[`${api.name} ${shape}`] !== undefined;
}

function corners(api: Api): number[] {
  const { min, max } = { min: api.versions.min, max: api.offered?.max ?? api.versions.max };
  return [...new Set([min, Math.floor((min + max) / 2), max])];
}

export const sweepStories: Story[] = apis
  .filter((api) => api.onBroker && api.offered !== undefined)
  .map((api) => ({
    name: `sweep ${api.name}`,
    async tell(session: Session) {
      const broker = await coordinatorOf(session, unknownName);
      for (const version of corners(api)) {
        for (const shape of shapes) {
          if (!isLeftOut(api, shape)) await session.ask(`v${version} ${shape}`, api.name, version, shapedRequest(api.request, version, shape), { broker, connection: 'sweep', withinMs: 8000 });
        }
      }
    },
  }));

/** A frame with nothing behind the header. */
function bareFrame(apiKey: number, apiVersion: number): Uint8Array {
  const clientId = Buffer.from('oracle');
  const frame = Buffer.alloc(10 + clientId.length + 1);
  frame.writeInt16BE(apiKey, 0);
  frame.writeInt16BE(apiVersion, 2);
  frame.writeInt32BE(7, 4);
  frame.writeInt16BE(clientId.length, 8);
  clientId.copy(frame, 10);
  return frame;
}

export const versionStories: Story[] = [
  {
    name: 'versions nobody has',
    async tell(session) {
      for (let apiKey = -1; apiKey <= 95; apiKey += 1) {
        const api = apiOf(apiKey);
        const wrong = api === undefined ? [0] : [api.versions.min - 1, (api.offered?.max ?? api.versions.max) + 1];
        for (const version of wrong) {
          if (apiKey === ApiKey.ApiVersions || (version < 0 && apiKey >= 0 && apiKey !== 3)) continue;
          await session.askRaw(`${api?.name ?? `API ${apiKey}`} v${version}`, bareFrame(apiKey, version), 'ApiVersions', 0, { connection: 'versions', withinMs: 5000 });
        }
      }
    },
  },
  {
    name: 'versions that only controllers have',
    async tell(session) {
      for (const api of apis.filter((one) => !one.onBroker || one.offered === undefined)) {
        await session.askRaw(`${api.name} v${api.versions.min}`, bareFrame(api.key, api.versions.min), api.name, api.versions.min, { connection: 'controllers', withinMs: 5000 });
      }
    },
  },
  {
    name: 'ApiVersions',
    async tell(session) {
      for (const version of [5, 6, 99, 32_767, -1]) await session.askRaw(`v${version}`, bareFrame(ApiKey.ApiVersions, version), 'ApiVersions', version, { connection: 'api versions' });
      for (const version of [0, 1, 2, 3, 4]) await session.ask(`v${version} of a client with a name`, 'ApiVersions', version, { clientSoftwareName: 'oracle', clientSoftwareVersion: '1.0' });
      for (const [name, softwareVersion] of [['', '1'], ['-a', '1'], ['a b', '1'], ['a', ''], ['a.b-c', '1.0-x']] as const) {
        await session.ask(`software "${name}" "${softwareVersion}"`, 'ApiVersions', 4, { clientSoftwareName: name, clientSoftwareVersion: softwareVersion });
      }
    },
  },
];
