/**
 * Takes away, as an administrator would, what hostile requests had the cluster make: topics and groups. A cluster keeps what it was told to
 * keep; what is left when it was told to forget it again is a leak.
 */
import { ApiKey } from '../../engine/protocol/api-keys.ts';
import { create } from '../../engine/protocol/message.ts';
import { MetadataRequest, type MetadataResponse } from '../../engine/protocol/messages/03-metadata.ts';
import { ListGroupsRequest, type ListGroupsResponse } from '../../engine/protocol/messages/16-list-groups.ts';
import { DeleteTopicsRequest, type DeleteTopicsResponse } from '../../engine/protocol/messages/20-delete-topics.ts';
import { DeleteGroupsRequest, type DeleteGroupsResponse } from '../../engine/protocol/messages/42-delete-groups.ts';
import { WireClient } from '../../engine/testing/wire-client.ts';

const deleteWithinMs = 30_000;

export class Janitor {
  topicsDeleted = 0;
  groupsDeleted = 0;
  readonly #kept: ReadonlySet<string>;
  readonly #clients: WireClient[];
  #correlationId = 0;
  #looks = 0;

  private constructor(kept: readonly string[], clients: WireClient[]) {
    this.#kept = new Set(kept);
    this.#clients = clients;
  }

  static async start(ports: readonly number[], kept: readonly string[]): Promise<Janitor> {
    return new Janitor(kept, await Promise.all(ports.map((port) => WireClient.connect(port))));
  }

  /** Every second time topics only are looked at, so that some are there to be attacked. Answers what was there that has to go. */
  async clean(): Promise<{ topicIds: string[]; groups: number }> {
    const topics = (await this.#topics()).filter(({ name }) => !this.#kept.has(name));
    const topicIds = topics.map(({ topicId }) => topicId);
    this.#looks++;
    if (this.#looks % 2 === 0) return { topicIds, groups: 1 };
    if (topics.length > 0) {
      const answer = (await this.#ask(0, ApiKey.DeleteTopics, 6, create(DeleteTopicsRequest, { topics: topics.map(({ name }) => ({ name })), timeoutMs: deleteWithinMs }))) as DeleteTopicsResponse;
      this.topicsDeleted += answer.responses.filter(({ errorCode }) => errorCode === 0).length;
    }
    let groups = 0;
    for (const index of this.#clients.keys()) groups += await this.#cleanGroups(index);
    return { topicIds, groups };
  }

  async #topics(): Promise<{ name: string; topicId: string }[]> {
    const answer = (await this.#ask(0, ApiKey.Metadata, 12, create(MetadataRequest, { topics: null }))) as MetadataResponse;
    return answer.topics.flatMap(({ name, topicId, isInternal }) => (name === null || isInternal ? [] : [{ name, topicId }]));
  }

  close(): void {
    for (const client of this.#clients) client.reset();
  }

  /** Groups of which this broker is the coordinator. One with members stays until they are gone. */
  async #cleanGroups(index: number): Promise<number> {
    const { groups } = (await this.#ask(index, ApiKey.ListGroups, 5, create(ListGroupsRequest))) as ListGroupsResponse;
    if (groups.length === 0) return 0;
    const answer = (await this.#ask(index, ApiKey.DeleteGroups, 2, create(DeleteGroupsRequest, { groupsNames: groups.map(({ groupId }) => groupId) }))) as DeleteGroupsResponse;
    this.groupsDeleted += answer.results.filter(({ errorCode }) => errorCode === 0).length;
    return groups.length;
  }

  async #ask(index: number, apiKey: number, version: number, body: unknown): Promise<unknown> {
    const answer = await this.#clients[index]!.ask(apiKey, version, ++this.#correlationId, body);
    if (answer === undefined) throw new Error(`broker ${index + 1} closed the connection of the janitor`);
    return answer.body;
  }
}
