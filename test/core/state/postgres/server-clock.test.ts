import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createServerClock } from '../../../../src/core/state/postgres/server-clock.js';

const SECOND_US = 1_000_000;

describe("a member's idea of a group's time", () => {
  it('is never behind the time at the server, however long questions and answers travel', () => {
    const ways = fc.array(
      fc.record({ pauseUs: fc.nat(5 * SECOND_US), thereUs: fc.nat(SECOND_US), backUs: fc.nat(SECOND_US) }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(ways, fc.nat(1e12), fc.nat(3 * SECOND_US), (steps, aheadUs, laterUs) => {
        const clock = createServerClock();
        let nowUs = 0;
        for (const { pauseUs, thereUs, backUs } of steps) {
          const askedUs = nowUs + pauseUs;
          const reading = {
            askedUs,
            serverUs: askedUs + thereUs + aheadUs,
            heardUs: askedUs + thereUs + backUs,
          };
          expect(clock.take(reading)).toBe(0);
          nowUs = reading.heardUs;
        }
        const trueUs = nowUs + laterUs + aheadUs;
        expect(clock.toServerUs(nowUs + laterUs)).toBeGreaterThanOrEqual(trueUs);
      }),
    );
  });

  it('notices a leap ahead, and takes out all of it', () => {
    const clock = createServerClock();
    clock.take({ askedUs: 0, serverUs: 500 * SECOND_US, heardUs: 10_000 });
    const leaptUs = clock.take({ askedUs: 2 * SECOND_US, serverUs: 532 * SECOND_US, heardUs: 2_010_000 });
    expect(leaptUs).toBe(30 * SECOND_US);
  });

  it('takes no reading of a leap in: the time before it counts on', () => {
    const clock = createServerClock();
    clock.take({ askedUs: 0, serverUs: 100 * SECOND_US, heardUs: 1000 });
    clock.take({ askedUs: SECOND_US, serverUs: 131 * SECOND_US, heardUs: SECOND_US + 1000 });
    expect(clock.toServerUs(2 * SECOND_US)).toBe(102 * SECOND_US);
  });

  it('notices a leap that only makes up for a time that stood still', () => {
    const clock = createServerClock();
    clock.take({ askedUs: 0, serverUs: 100 * SECOND_US, heardUs: 1000 });
    // The clock of the server was set back by ten seconds, and the group's time stands still.
    expect(clock.take({ askedUs: 5 * SECOND_US, serverUs: 100 * SECOND_US, heardUs: 5_001_000 })).toBe(0);
    const leaptUs = clock.take({ askedUs: 6 * SECOND_US, serverUs: 106 * SECOND_US, heardUs: 6_001_000 });
    expect(leaptUs).toBeGreaterThan(4.9 * SECOND_US);
  });
});
