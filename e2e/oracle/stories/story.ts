import type { Session } from '../session.ts';

/** Told to both sides in the same words. */
export interface Story {
  name: string;
  tell(session: Session): Promise<void>;
}
