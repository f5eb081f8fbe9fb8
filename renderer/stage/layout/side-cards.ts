/** The columns beside the shelves: cards of producers and outside clients on the left, boxes of groups with their members on the right. */

export interface ClientCard {
  /** Index in the catalog's clients. */
  client: number;
  x: number;
  y: number;
  width: number;
  height: number;
  isCompact: boolean;
}

export interface GroupContent {
  group: number;
  members: readonly { member: number; partitions: number }[];
}

export interface MemberCard {
  member: number;
  y: number;
  height: number;
  /** Lines of partitions shown, each with its lag; the rest is told as a number. */
  rows: number;
  rowHeight: number;
  hasNotes: boolean;
}

export interface GroupBox {
  group: number;
  x: number;
  y: number;
  width: number;
  height: number;
  members: MemberCard[];
  membersHidden: number;
}

const clientHeight = 132;
const clientCompactHeight = 62;
const clientGap = 8;
const groupHeader = 50;
const memberHeader = 30;
const memberNotes = 40;
const memberGap = 8;
const rowRoomy = 40;
const rowTight = 21;

export function stackClients(
  clients: readonly number[], shelfYs: readonly number[], y0: number, y1: number, shelfHeight: number, x: number, width: number,
): { cards: ClientCard[]; hidden: number } {
  const card = (client: number, y: number, height: number, isCompact: boolean): ClientCard => ({ client, x, y: Math.round(y), width, height, isCompact });
  const room = y1 - y0;
  const isAligned = clients.length <= shelfYs.length && shelfHeight >= clientHeight + 4 && (shelfYs[clients.length - 1] ?? y0) + clientHeight <= y1 && (shelfYs[0] ?? y0) >= y0;
  if (isAligned) {
    return { cards: clients.map((client, at) => card(client, (shelfYs[at] ?? y0) + 2, clientHeight, false)), hidden: 0 };
  }
  if (clients.length * (clientHeight + clientGap) <= room) {
    return { cards: clients.map((client, at) => card(client, y0 + 2 + at * (clientHeight + clientGap), clientHeight, false)), hidden: 0 };
  }
  const fit = Math.max(1, Math.floor((room - 18) / (clientCompactHeight + clientGap)));
  const hidden = Math.max(0, clients.length - fit);
  const shown = clients.slice(0, fit);
  return { cards: shown.map((client, at) => card(client, y0 + 2 + at * (clientCompactHeight + clientGap), clientCompactHeight, true)), hidden };
}

export function stackGroups(
  groups: readonly GroupContent[], shelfYs: readonly number[], y0: number, y1: number, x: number, width: number,
): { boxes: GroupBox[]; hidden: number } {
  const boxHeightMin = groupHeader + 46;
  const fit = Math.max(1, Math.floor((y1 - y0) / (boxHeightMin + memberGap)));
  const shown = groups.slice(0, fit);
  const hidden = groups.length - shown.length;
  const wanted = shown.map((group) => groupHeader + group.members.reduce((sum, member) => sum + fullHeight(member.partitions) + memberGap, 0) + 6);
  const total = wanted.reduce((sum, height) => sum + height, 0) + (shown.length - 1) * memberGap;
  const room = y1 - y0 - (shown.length - 1) * memberGap;
  const single = shown.length === 1;
  let y = y0;
  const boxes = shown.map((group, at) => {
    const share = single ? room : Math.max(boxHeightMin, (room * (wanted[at] ?? 0)) / Math.max(total, 1));
    const height = single ? room : Math.min(share, total <= room ? (wanted[at] ?? share) : share);
    const box = fillGroup(group, single ? shelfYs : [], x, y, width, height);
    y += height + memberGap;
    return box;
  });
  return { boxes, hidden };
}

function fillGroup(group: GroupContent, shelfYs: readonly number[], x: number, y: number, width: number, height: number): GroupBox {
  const top = y + groupHeader;
  const room = height - groupHeader - 6;
  const count = group.members.length;
  const box: GroupBox = { group: group.group, x, y, width, height, members: [], membersHidden: 0 };
  if (count === 0) return box;
  const roomy = group.members.reduce((sum, member) => sum + fullHeight(member.partitions) + memberGap, 0) <= room;
  const pitch = shelfYs.length > 1 ? (shelfYs[1] ?? 0) - (shelfYs[0] ?? 0) : 0;
  const lastFits = (shelfYs[count - 1] ?? 0) + 10 + fullHeight(group.members.at(-1)?.partitions ?? 0) <= y + height && (shelfYs[0] ?? top) + 10 >= top;
  const aligned = roomy && lastFits && count <= shelfYs.length && group.members.every((member) => fullHeight(member.partitions) <= pitch - 6);
  const leastHeight = memberHeader + rowTight;
  const fit = Math.max(1, Math.floor(room / (leastHeight + memberGap)));
  const shown = group.members.slice(0, fit);
  box.membersHidden = count - shown.length;
  const each = (room - (box.membersHidden > 0 ? 16 : 0)) / shown.length - memberGap;
  let at = top;
  shown.forEach((member, index) => {
    const cardHeight = roomy ? fullHeight(member.partitions) : Math.min(each, memberHeader + Math.max(1, member.partitions) * rowTight + 4);
    const memberY = aligned ? (shelfYs[index] ?? at) + 10 : at;
    box.members.push(cardFor(member, memberY, cardHeight, roomy));
    at = memberY + cardHeight + memberGap;
  });
  return box;
}

function cardFor(member: { member: number; partitions: number }, y: number, height: number, roomy: boolean): MemberCard {
  const rowHeight = roomy ? rowRoomy : rowTight;
  const fit = roomy ? member.partitions : Math.max(0, Math.floor((height - memberHeader) / rowHeight));
  // What does not fit is counted, and the count needs a line too.
  const rows = fit >= member.partitions ? member.partitions : Math.max(0, fit - 1);
  return { member: member.member, y: Math.round(y), height: Math.round(height), rows, rowHeight, hasNotes: roomy };
}

function fullHeight(partitions: number): number {
  return memberHeader + Math.max(1, partitions) * rowRoomy + memberNotes;
}
