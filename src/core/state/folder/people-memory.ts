import type { Clock } from '../../clock.js';
import type { HeldPermit } from '../../permits/held-permit.js';
import { OTHER_BOOT_US, type PermitNotes } from './permit-notes.js';

/** When anybody last took a permit for an interactive call, also where its file is deleted by now. */
export type PeopleMemory = ReturnType<typeof createPeopleMemory>;

export function createPeopleMemory(
  notes: Pick<PermitNotes, 'readInteractive' | 'writeInteractive'>,
  { nowUs }: Pick<Clock, 'nowUs'>,
) {
  let lastUs: number | undefined;
  const enter = (atUs: number) => {
    lastUs = Math.max(lastUs ?? atUs, atUs);
  };
  const note = ({ kind, acquiredUs }: HeldPermit) => {
    if (kind === 'i' && acquiredUs <= nowUs() + OTHER_BOOT_US) enter(acquiredUs);
  };
  return {
    note,
    view: () => (lastUs === undefined ? {} : { lastInteractiveUs: lastUs }),
    /** Reads what others have kept. */
    load: () => {
      const notedUs = notes.readInteractive(nowUs());
      if (notedUs !== undefined) enter(notedUs);
    },
    /** Before files are deleted: who opens the folder later has to know that somebody chatted. */
    keep: (permits: readonly HeldPermit[]) => {
      permits.forEach(note);
      if (lastUs !== undefined && permits.some(({ kind }) => kind === 'i')) notes.writeInteractive(lastUs);
    },
  };
}
