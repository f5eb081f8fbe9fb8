/** When a medium refuses: counted, so that a test can fail every k-th operation, and so that a run repeats. */
import type { DiskErrorCode } from '#engine/ports/disk.ts';

export type DiskOperation = 'list' | 'read' | 'append' | 'write' | 'commit';

export interface DiskFault {
  code: DiskErrorCode;
  /** Which operations it concerns; absent: those that write (append, write, commit). */
  operations?: readonly DiskOperation[];
  /** So many of them still succeed; 0: the very next one fails. */
  afterOperations: number;
  /** False: one failure, then all is well again. True: every one from then on. */
  forGood: boolean;
}

const writing: readonly DiskOperation[] = ['append', 'write', 'commit'];

export class DiskFaults {
  #faults: { fault: DiskFault; left: number }[] = [];

  add(fault: DiskFault): void {
    this.#faults.push({ fault, left: fault.afterOperations });
  }

  clear(): void {
    this.#faults = [];
  }

  /** Counts an operation; answers with what it fails, if it does. */
  next(operation: DiskOperation): DiskErrorCode | undefined {
    let failed: DiskErrorCode | undefined;
    for (const entry of this.#faults) {
      if (!(entry.fault.operations ?? writing).includes(operation)) continue;
      if (entry.left-- > 0) continue;
      failed ??= entry.fault.code;
      if (!entry.fault.forGood) this.#faults = this.#faults.filter((other) => other !== entry);
      else entry.left = 0;
    }
    return failed;
  }
}
