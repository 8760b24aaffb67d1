import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../errors.js';

/** As `@resvg/resvg-js` has it. */
interface Renderer {
  new (svg: string, options: object): { render(): { asPng(): Uint8Array } };
}

const PACKAGE = '@resvg/resvg-js';

/**
 * A chart as PNG, by an optional package. Only the font that ships with bijia is read: looking for those of the system
 * takes longer than the drawing.
 * @throws ConfigError where the package is not installed
 */
export async function drawPng(svg: string): Promise<Uint8Array> {
  const loaded: unknown = await import(PACKAGE).catch(() => undefined);
  const { Resvg } = (loaded ?? {}) as { readonly Resvg?: Renderer };
  if (!Resvg) {
    throw new ConfigError(
      `A PNG needs the package ${PACKAGE}. Run: npm install ${PACKAGE}. Or write an .svg.`,
      {
        code: 'no_png',
      },
    );
  }
  const options = {
    font: { loadSystemFonts: false, fontFiles: [findFont()], defaultFontFamily: 'DejaVu Sans' },
    fitTo: { mode: 'zoom', value: 1.5 },
  };
  return new Resvg(svg, options).render().asPng();
}

/** Beside the bundle, where the build copies it; this code may also stand in a chunk of it, or in the sources. */
function findFont(): string {
  const places = ['./chart-font.ttf', '../chart-font.ttf', '../../../assets/chart-font.ttf'];
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? '';
}
