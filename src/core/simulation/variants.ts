import type { SandboxSample } from './upstream.js';

/** A product varied by hand: what differs from the one generated from its id. */
export interface SandboxVariant {
  /** What is special about it, one phrase. */
  readonly about: string;
}

/** A value as names of samples show it. */
export function showValue(value: unknown): string {
  return JSON.stringify(value) ?? 'absent';
}

/** A variant for each value of one field. */
export function varyField<V extends object>(
  field: string,
  values: readonly unknown[],
  toVariant: (fields: Readonly<Record<string, unknown>>) => V,
): (V & SandboxVariant)[] {
  return values.map((value) => ({ ...toVariant({ [field]: value }), about: `${field} ${showValue(value)}` }));
}

/** By id: group and place, such as 200004007. No such id ends in 404, and none is too short. */
export function numberVariants<V extends SandboxVariant>(
  groups: readonly (readonly V[])[],
): ReadonlyMap<string, V> {
  const pad = (index: number, length: number) => String(index + 1).padStart(length, '0');
  return new Map(
    groups.flatMap((group, at) =>
      group.map((variant, place) => [`2000${pad(at, 2)}${pad(place, 3)}`, variant] as const),
    ),
  );
}

/** Each variant as a sample of the catalogue. */
export function listVariantSamples(variants: ReadonlyMap<string, SandboxVariant>): SandboxSample[] {
  return [...variants].map(([id, { about }]) => ({ kind: 'product', id, about }));
}
