/** A process for the kill test: appends numbered chunks to a disk and tells on stdout what it has committed, until it dies. */
import { writeSync } from 'node:fs';
import { openSqliteDisk } from '#engine/adapters/sqlite/sqlite-disk.ts';

const paths = ['orders-0/1.log', 'orders-1/1.log'];
const [, , file, chunkBytes] = process.argv;
const disk = openSqliteDisk(file!, { walBytesMax: 400_000 });
for (const path of paths) {
  const directory = path.slice(0, path.indexOf('/'));
  disk.createDirectory(directory);
  if (disk.listSegments(directory).length === 0) disk.createSegment(path);
}
let number = disk.listSegments('orders-0')[0]!.sizeBytes / Number(chunkBytes);
for (;;) {
  const chunk = new Uint8Array(Number(chunkBytes));
  new DataView(chunk.buffer).setFloat64(0, number);
  for (const path of paths) disk.append(path, chunk);
  disk.writeSmallFile('count', new TextEncoder().encode(String(++number)));
  disk.commit();
  writeSync(1, `${number}\n`);
}
