import type { PostgresServer } from './server.js';

/** Quota groups that nobody has seen may be used at once: what waits for them is tried elsewhere. */
export function skipQuarantine({ psql }: PostgresServer): void {
  psql(`CREATE FUNCTION bijia.be_ready() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.ready_us := 0; RETURN NEW; END $$`);
  psql('CREATE TRIGGER ready BEFORE INSERT ON bijia.quota FOR EACH ROW EXECUTE FUNCTION bijia.be_ready()');
}
