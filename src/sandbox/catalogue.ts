import type { SandboxSample, SandboxUpstream } from '../core/simulation/upstream.js';

/** An id, shop or short link worth trying, and who answers it. */
export interface CatalogueEntry extends SandboxSample {
  readonly upstream: string;
}

/** Everything special that the simulated upstreams sell; every other well-formed id is an ordinary product. */
export function listCatalogue(upstreams: readonly SandboxUpstream[]): CatalogueEntry[] {
  return upstreams.flatMap(({ id: upstream, samples }) => samples.map((sample) => ({ upstream, ...sample })));
}
