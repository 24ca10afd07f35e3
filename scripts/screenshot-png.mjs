// Makes a PNG small: few colours are in a picture of the page, and 256 of them are enough.
import { deflateSync } from 'node:zlib';

/** Bits of each channel that tell colours apart before the palette is chosen. */
const PRECISION = 0xf8;

/**
 * The same picture with a palette of 256 colours: the most frequent ones, and for every other the nearest of these.
 *
 * @param page a page of a browser, which decodes the picture
 */
export async function reduce(png, page) {
  const { width, height, pixels } = await decode(png, page);
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += 4) {
    const colour = colourAt(pixels, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const byFrequency = [...counts].toSorted(([, one], [, other]) => other - one).map(([colour]) => colour);
  // One colour for all that are nearly the same: the most frequent of them.
  const palette = [];
  const taken = new Set();
  for (const colour of byFrequency) {
    if (palette.length === 256) break;
    if (taken.has(coarse(colour)) && palette.length > 24) continue;
    taken.add(coarse(colour));
    palette.push(colour);
  }
  const known = new Map();
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colourAt(pixels, (y * width + x) * 4);
      let index = known.get(colour);
      if (index === undefined) known.set(colour, (index = nearest(palette, colour)));
      rows[y * (width + 1) + 1 + x] = index;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

async function decode(png, page) {
  // In a page of its own: the policy of ours allows no data: addresses.
  const helper = await page.context().newPage();
  const source = JSON.stringify(`data:image/png;base64,${png.toString('base64')}`);
  const { width, height, base64 } = await helper.evaluate(`(async () => {
    const image = new Image();
    image.src = ${source};
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
    let binary = '';
    for (let at = 0; at < data.length; at += 32768) binary += String.fromCharCode(...data.subarray(at, at + 32768));
    return { width, height, base64: btoa(binary) };
  })()`);
  await helper.close();
  return { width, height, pixels: Buffer.from(base64, 'base64') };
}

const colourAt = (pixels, at) => (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
const coarse = (colour) => colour & ((PRECISION << 16) | (PRECISION << 8) | PRECISION);

function nearest(palette, colour) {
  const [red, green, blue] = channels(colour);
  let best = 0;
  let least = Infinity;
  for (const [index, candidate] of palette.entries()) {
    const [r, g, b] = channels(candidate);
    const distance = (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2;
    if (distance >= least) continue;
    least = distance;
    best = index;
  }
  return best;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, sum]);
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
