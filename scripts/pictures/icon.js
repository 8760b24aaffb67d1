// The icon in a size that shops show: three prices, the lowest below. docs/images/icon.png is the same on 48 points.
export function drawIcon() {
  const bars = [24, 18, 12].map(
    (width, at) => `<rect x="12" y="${12 + at * 9}" width="${width}" height="6" rx="0.8" fill="#ffffff"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="3 3 42 42" width="512" height="512">
<rect x="6" y="6" width="36" height="36" rx="6" fill="#d92d20"/>${bars.join('')}
</svg>`;
}
