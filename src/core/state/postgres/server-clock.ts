/** How much faster than this machine's clock the server's may run, and how far one reading may be off. */
const DRIFT = 500e-6;
const SLACK_US = 50_000;

/** One answer of the server about its time; all in microseconds. */
export interface Reading {
  /** The group's time, read on the server between the two others. */
  readonly serverUs: number;
  /** This machine's monotonic clock before it asked. */
  readonly askedUs: number;
  /** This machine's monotonic clock when the answer was there. */
  readonly heardUs: number;
}

/**
 * A server's clock that is set back is harmless, since a group's time never goes back. One that is set *ahead* would end
 * permits early. So each member keeps the smallest distance between the two clocks that it has seen, which can only grow
 * as fast as clocks drift; a reading beyond is a leap.
 *
 * Example: asked at 10.00 s of the own clock, the server says 500.00: the distance is at most 490.00. Asked again at
 * 12.00 and heard at 12.01, it says 532.00: the distance is now at least 519.99, which is more than drift and slack explain.
 * 520.00 less 490.00 make 30 s; the members take them out of the group's time before anybody decides anything by it.
 */
export function createServerClock() {
  let latest: Reading | undefined;
  /** The smallest distance seen, and when. */
  let least = { distanceUs: Number.POSITIVE_INFINITY, atUs: 0 };
  return {
    /**
     * The time by the last answer and all that has passed since it was *asked* for: at the server it is never later. A
     * permit that looks too old by it may still be good; one that looks fresh is.
     */
    toServerUs: (monotonicUs: number) =>
      // Before the first answer only lengths of time are asked for.
      latest ? latest.serverUs + monotonicUs - latest.askedUs : monotonicUs,
    /**
     * Takes a reading in.
     * @returns by how many microseconds the server's clock has leapt ahead; 0 when the reading is taken
     */
    take: (reading: Reading) => {
      const { serverUs, askedUs, heardUs } = reading;
      const allowedUs = least.distanceUs + (heardUs - least.atUs) * DRIFT + SLACK_US;
      // All of it is taken out, slack and travel too: a time that is late makes permits last longer.
      if (serverUs - heardUs > allowedUs) return Math.ceil(serverUs - askedUs - least.distanceUs);
      latest = reading;
      const distanceUs = serverUs - askedUs;
      const drifted = least.distanceUs + (askedUs - least.atUs) * DRIFT;
      if (distanceUs < drifted) least = { distanceUs, atUs: askedUs };
      return 0;
    },
  };
}
