import { createHmac } from 'node:crypto';
import { hostname } from 'node:os';
import packageJson from '../../../../package.json' with { type: 'json' };
import type { Quota } from '../../setting-parsers.js';
import type { Database, Statement } from './database.js';

export const MEMBERS = `
CREATE TABLE member (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  version text NOT NULL,
  quotas jsonb NOT NULL,
  key_mark text,
  seen_us bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);`;

/** $1: member; $2: machine; $3: version; $4: quotas by group; $5: mark of the key. */
const ANNOUNCE: Statement = {
  name: 'member_announce',
  text: `
INSERT INTO member (id, name, version, quotas, key_mark, seen_us) VALUES ($1, $2, $3, $4::jsonb, $5, wall_us())
ON CONFLICT (id) DO UPDATE SET quotas = excluded.quotas, seen_us = excluded.seen_us`,
};

/** Those of the last ten minutes, by what they have in common. */
export const LIST_MEMBERS = `
SELECT name, version, quotas, key_mark AS "keyMark", count(*)::int AS processes FROM member
WHERE seen_us > wall_us() - 600000000 GROUP BY name, version, quotas, key_mark ORDER BY name, version LIMIT 100`;

/** What this process tells the others of itself. */
export type Membership = ReturnType<typeof createMembership>;

/** @param key the one by which tokens are encrypted; the others learn whether it is theirs, not what it is */
export function createMembership(database: Database, member: number, key: string | undefined) {
  const quotas = new Map<string, string>();
  const mark = key === undefined ? null : createHmac('sha256', key).update('mark').digest('hex').slice(0, 16);
  return {
    addQuota: (group: string, { calls, windowMs }: Quota) =>
      void quotas.set(group, `${calls}/${windowMs / 1000}s`),
    /** @throws StateError */
    announce: async () => {
      const told = JSON.stringify(Object.fromEntries(quotas));
      await database.run(ANNOUNCE, [member, hostname(), packageJson.version, told, mark]);
    },
  };
}
