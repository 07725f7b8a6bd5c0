// A picture of few colours, as a page has: a PNG with a palette, a third as large.
import zlib from "node:zlib";

const COLOURS = 64;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

// Takes what Chromium makes: eight bits a channel, no interlace.
export function withPalette(png) {
  const { width, height, bytes, pixels } = read(png);
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += bytes) {
    const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = chosen(counts);
  const nearest = new Map();
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 1; x <= width; x += 1, at += bytes) {
      const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
      if (!nearest.has(colour)) nearest.set(colour, closest(palette, colour));
      rows[y * (width + 1) + x] = nearest.get(colour);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const parts = [chunk("IHDR", head), chunk("PLTE", table), chunk("IDAT", zlib.deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...parts]);
}

// The most frequent colours, but of those that are nearly alike only one.
function chosen(counts) {
  const sorted = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  const palette = [];
  for (const colour of sorted) {
    if (palette.length === COLOURS) break;
    if (palette.every((known) => distance(known, colour) > 300)) palette.push(colour);
  }
  return palette;
}

function closest(palette, colour) {
  let best = 0;
  for (let one = 1; one < palette.length; one += 1) {
    if (distance(palette[one], colour) < distance(palette[best], colour)) best = one;
  }
  return best;
}

function distance(a, b) {
  const channel = (shift) => ((a >> shift) & 255) - ((b >> shift) & 255);
  return channel(16) ** 2 + channel(8) ** 2 + channel(0) ** 2;
}

function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(content.length, 0);
  around.writeUInt32BE(zlib.crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}

function read(png) {
  const parts = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const bytes = png[25] === 6 ? 4 : 3;
  const raw = zlib.inflateSync(Buffer.concat(parts));
  const line = width * bytes;
  const pixels = Buffer.alloc(height * line);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x += 1) {
      const left = x >= bytes ? pixels[y * line + x - bytes] : 0;
      const up = y > 0 ? pixels[(y - 1) * line + x] : 0;
      const corner = x >= bytes && y > 0 ? pixels[(y - 1) * line + x - bytes] : 0;
      const before = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * line + x] = raw[y * (line + 1) + 1 + x] + before;
    }
  }
  return { width, height, bytes, pixels };
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
