import { axisOf, type Axis, type AxisOptions } from './axis.js';

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  /** A thin broken line: what was asked or ideal. */
  readonly reference?: boolean;
}

/** Lines over a common horizontal axis. */
export interface Chart {
  /** File name without its ending. */
  readonly file: string;
  readonly title: string;
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly series: readonly Series[];
  /** Spans of the horizontal axis that are shaded, such as that of a fault. */
  readonly spans?: readonly { readonly from: number; readonly to: number; readonly name: string }[];
}

const WIDTH = 800;
const HEIGHT = 400;
const PLOT = { left: 76, right: 560, top: 48, bottom: 340 };
/** Told apart with any common kind of colour vision (Okabe and Ito), black last. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#6b4c9a', '#000000'];
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '', '7 3', '2 3', '9 3 2 3'];

/** A chart as the text of an SVG file, on white, so that it reads the same on dark pages. */
export function svgOf(chart: Chart): string {
  const values = (index: 0 | 1): number[] => chart.series.flatMap(({ points }) => points.map((point) => point[index]));
  const x = axisOf(values(0), chart.x, [PLOT.left, PLOT.right]);
  const y = axisOf(values(1), chart.y, [PLOT.bottom, PLOT.top]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" ` +
      'font-family="system-ui, sans-serif" font-size="12">',
    `<title>${escaped(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${PLOT.left}" y="26" font-size="15" font-weight="600" fill="#111111">${escaped(chart.title)}</text>`,
    ...spansOf(chart, x),
    ...gridOf(x, y),
    ...chart.series.map((series, index) => lineOf(series, index, [x, y])),
    ...legendOf(chart.series),
    '</svg>\n',
  ].join('\n');
}

function spansOf({ spans = [] }: Chart, x: Axis): string[] {
  return spans.flatMap(({ from, to, name }) => {
    const [left, right] = [x.at(from), x.at(to)];
    const height = PLOT.bottom - PLOT.top;
    return [
      `<rect x="${px(left)}" y="${PLOT.top}" width="${px(right - left)}" height="${height}" fill="#f1ece2"/>`,
      `<text x="${px(left + 5)}" y="${PLOT.top + 15}" fill="#6b5d3f" font-size="11">${escaped(name)}</text>`,
    ];
  });
}

function gridOf(x: Axis, y: Axis): string[] {
  const { left, right, top, bottom } = PLOT;
  const across = y.ticks.flatMap(({ at, label }) => [
    `<line x1="${left}" y1="${px(at)}" x2="${right}" y2="${px(at)}" stroke="#dddddd"/>`,
    `<text x="${left - 8}" y="${px(at + 4)}" text-anchor="end" fill="#333333">${label}</text>`,
  ]);
  const along = x.ticks.flatMap(({ at, label }) => [
    `<line x1="${px(at)}" y1="${bottom}" x2="${px(at)}" y2="${bottom + 5}" stroke="#333333"/>`,
    `<text x="${px(at)}" y="${bottom + 19}" text-anchor="middle" fill="#333333">${label}</text>`,
  ]);
  const middle = (top + bottom) / 2;
  return [
    ...across,
    ...along,
    `<line x1="${left}" y1="${bottom}" x2="${right}" y2="${bottom}" stroke="#333333"/>`,
    `<line x1="${left}" y1="${top}" x2="${left}" y2="${bottom}" stroke="#333333"/>`,
    `<text x="${(left + right) / 2}" y="${bottom + 42}" text-anchor="middle" fill="#111111">${escaped(x.label)}</text>`,
    `<text transform="translate(20 ${middle}) rotate(-90)" text-anchor="middle" fill="#111111">${escaped(y.label)}</text>`,
  ];
}

function lineOf({ points, reference }: Series, index: number, [x, y]: readonly [Axis, Axis]): string {
  const path = points.map(([left, up], at) => `${at === 0 ? 'M' : 'L'}${px(x.at(left))} ${px(y.at(up))}`).join('');
  return `<path d="${path}" fill="none" ${strokeOf(index, reference)}/>`;
}

function strokeOf(index: number, reference = false): string {
  if (reference) return 'stroke="#888888" stroke-width="1" stroke-dasharray="4 4"';
  const dash = DASHES[index % DASHES.length];
  const colour = COLOURS[index % COLOURS.length];
  return `stroke="${colour}" stroke-width="2" stroke-linejoin="round"${dash ? ` stroke-dasharray="${dash}"` : ''}`;
}

function legendOf(series: readonly Series[]): string[] {
  const left = PLOT.right + 18;
  return series.flatMap(({ name, reference }, index) => {
    const middle = PLOT.top + 10 + index * 21;
    return [
      `<line x1="${left}" y1="${middle}" x2="${left + 26}" y2="${middle}" ${strokeOf(index, reference)}/>`,
      `<text x="${left + 33}" y="${middle + 4}" fill="#111111">${escaped(name)}</text>`,
    ];
  });
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
