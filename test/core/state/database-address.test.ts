import { describe, expect, it } from 'vitest';
import { isLoopback, parseDatabaseAddress } from '../../../src/core/state/database-address.js';
import { isPrivate } from '../../../src/core/state/database-settings.js';
import { toDriverOptions } from '../../../src/core/state/postgres/driver-options.js';

const parse = (text: string) => {
  const parsed = parseDatabaseAddress(text);
  return typeof parsed === 'string' ? expect.fail(parsed) : parsed;
};

describe('the address of a database', () => {
  it('has a host, a port, a user, a password and a database', () => {
    expect(
      parse('postgres://me:p%40s%3As%2Fw%25@db.example.com:5433/fleet?sslmode=verify-full'),
    ).toMatchObject({
      ...{ host: 'db.example.com', port: 5433, user: 'me', password: 'p@s:s/w%', database: 'fleet' },
      tls: 'verify-full',
    });
    expect(parse('postgresql://me@[::1]/fleet')).toMatchObject({
      host: '::1',
      port: undefined,
      tls: 'disable',
    });
    expect(parse(' postgres://me:50%off@h/d ').password).toBe('50%off');
  });

  it('may be a socket, in the ways in which it is written', () => {
    for (const text of [
      'postgres://me@/d?host=/run/pg',
      'postgres:///d?host=/run/pg&user=me',
      'postgres://me@%2Frun%2Fpg/d',
    ])
      expect(parse(text)).toMatchObject({ host: '/run/pg', user: 'me', database: 'd' });
  });

  it('is on this machine only where the driver goes there, too', () => {
    expect(isLoopback(parse('postgres://me@localhost/d'))).toBe(true);
    expect(isLoopback(parse('postgres://me@127.0.0.1/d?host=db.example.com'))).toBe(false);
    expect(isLoopback(parse('postgres://me@localhost/d?hostaddr=192.0.2.7'))).toBe(false);
    expect(isLoopback(parse('postgres://me@127.example.com/d'))).toBe(false);
  });

  it('is private on this machine, or where the certificate and the name in it are checked', () => {
    expect(isPrivate('postgres://me@localhost/d')).toBe(true);
    expect(isPrivate('postgres://me@db.example.com/d?sslmode=verify-full')).toBe(true);
    for (const end of ['', '?sslmode=require', '?sslmode=verify-ca&sslrootcert=/ca.pem'])
      expect(isPrivate(`postgres://me@db.example.com/d${end}`)).toBe(false);
  });

  it.each([
    ['another protocol', 'mysql://me:top-secret@h/d'],
    ['a # in the password', 'postgres://me:top#secret@h/d'],
    ['a / in the password', 'postgres://me:top/secret@h/d'],
    ['a ? in the password', 'postgres://me:1?top-secret@h/d'],
    ['a misspelt parameter', 'postgres://me:top-secret@h/d?sslmod=verify-full'],
    ['a mode that may talk openly', 'postgres://me:top-secret@h/d?sslmode=prefer'],
    ['verify-ca without an authority', 'postgres://me:top-secret@h/d?sslmode=verify-ca'],
  ])('is refused for %s, without a part of it', (_, text) => {
    expect(parseDatabaseAddress(text)).toMatch(/^(expects|has) /);
    expect(parseDatabaseAddress(text)).not.toMatch(/secret/);
  });
});

describe('what the driver is told', () => {
  const toOptions = (url: string) => toDriverOptions({ url, schema: 'fleet', timeoutMs: 2000 });

  it('is the schema, whatever options stand in the address', () => {
    expect(toOptions('postgres://me@h/d?options=-c%20search_path%3Dpublic')).toMatchObject({
      options: '-c search_path=public -c search_path=fleet',
    });
  });

  it('follows sslmode as libpq does', () => {
    expect(toOptions('postgres://me@h/d')).toMatchObject({ ssl: false });
    expect(toOptions('postgres://me@h/d?sslmode=require')).toMatchObject({
      ssl: { rejectUnauthorized: false },
    });
    const full = toOptions('postgres://me@192.0.2.7/d?sslmode=verify-full');
    expect(full).toMatchObject({ ssl: { rejectUnauthorized: true, host: '192.0.2.7' } });
    expect(full).not.toHaveProperty('ssl.checkServerIdentity');
    expect(() => toOptions('postgres://me@h/d?sslmode=verify-ca&sslrootcert=/nowhere/ca.pem')).toThrow(
      /sslrootcert/,
    );
  });
});
