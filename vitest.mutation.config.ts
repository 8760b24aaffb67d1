import { defineConfig } from 'vitest/config';

/** The tests beside the files that `stryker.config.json` names: a mutant is killed by its own tests or by nobody. */
export default defineConfig({
  test: {
    include: [
      'test/core/{signer,product/normalizer,links/link-parser,links/link-text,links/ref-reader,links/share-code}.test.ts',
      'test/core/permits/{permits,permit-properties,permit-policy,permit-ledger,permit-freeze,sorted-times}.test.ts',
      'test/core/providers/jd-sign.test.ts',
      'test/core/batch/journal/{journal,journal-follower,journal-line,journal-places,journal-reader}.test.ts',
    ],
    testTimeout: 20_000,
  },
});
