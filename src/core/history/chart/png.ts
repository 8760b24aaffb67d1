import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../errors.js';

/** As `@resvg/resvg-js` has it. */
type Render = (svg: string, options: object) => Promise<{ asPng(): Uint8Array }>;

const PACKAGE = '@resvg/resvg-js';

/**
 * A chart as PNG, by an optional package, drawn on a thread of its own: it takes as long as many answers. Only the font
 * that ships with bijia is read: looking for those of the system takes longer than the drawing.
 * @throws ConfigError where the package is not installed
 */
export async function drawPng(svg: string): Promise<Uint8Array> {
  const loaded: unknown = await import(PACKAGE).catch(() => undefined);
  const { renderAsync } = (loaded ?? {}) as { readonly renderAsync?: Render };
  if (!renderAsync) {
    throw new ConfigError(
      `A PNG needs the package ${PACKAGE}. Run: npm install ${PACKAGE}. Or write an .svg.`,
      {
        code: 'no_png',
      },
    );
  }
  const options = {
    font: { loadSystemFonts: false, fontFiles: [getFont()], defaultFontFamily: 'DejaVu Sans' },
    fitTo: { mode: 'zoom', value: 1.5 },
  };
  return (await renderAsync(svg, options)).asPng();
}

/** Next to the bundle, where the build copies it; this code may also stand in a chunk of it, or in the sources. */
function getFont(): string {
  const places = ['./chart-font.ttf', '../chart-font.ttf', '../../../../assets/chart-font.ttf'];
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? '';
}
