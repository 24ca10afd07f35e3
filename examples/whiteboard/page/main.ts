/**
 * Draws strokes that all have, and the cursors of the others. A stroke is a list of points, from 0 to 1 in both directions.
 */
import { WebsocketProvider } from 'y-websocket';
import { Array as YArray, Doc, Map as YMap, UndoManager } from 'yjs';

type Stroke = YMap<string | YArray<number>>;

const TINTS = 6;

const doc = new Doc();
const room = location.hash.slice(1) || 'lobby';
const provider = new WebsocketProvider(`${location.origin.replace(/^http/, 'ws')}/whiteboard`, room, doc);
const strokes = doc.getArray<Stroke>('strokes');
// A stroke is undone as one, however long it took.
const undo = new UndoManager(strokes, { captureTimeout: Infinity });
const tint = `--tint-${doc.clientID % TINTS}`;

const canvas = element('#board') as HTMLCanvasElement;
const state = element('#state');
let current: YArray<number> | undefined;

provider.on('status', ({ status }) => {
  state.textContent = `${status}, ${room}`;
  state.dataset['state'] = status;
});
strokes.observeDeep(drawSoon);
provider.awareness.on('change', drawSoon);
new ResizeObserver(drawSoon).observe(canvas);
element('#undo').addEventListener('click', () => undo.undo());

canvas.addEventListener('pointerdown', (event) => {
  canvas.setPointerCapture(event.pointerId);
  current = new YArray<number>();
  const stroke: Stroke = new YMap();
  stroke.set('tint', tint);
  stroke.set('points', current);
  strokes.push([stroke]);
  current.push(placeOf(event));
});
canvas.addEventListener('pointermove', (event) => {
  provider.awareness.setLocalStateField('cursor', { place: placeOf(event), tint });
  current?.push(placeOf(event));
});
for (const end of ['pointerup', 'pointercancel'] as const) {
  canvas.addEventListener(end, () => {
    current = undefined;
    undo.stopCapturing();
  });
}
canvas.addEventListener('pointerleave', () => provider.awareness.setLocalStateField('cursor', null));

function placeOf({ offsetX, offsetY }: PointerEvent): number[] {
  return [offsetX / canvas.clientWidth, offsetY / canvas.clientHeight];
}

let isDue = false;

function drawSoon(): void {
  if (!isDue) requestAnimationFrame(draw);
  isDue = true;
}

function draw(): void {
  isDue = false;
  const context = canvas.getContext('2d');
  if (!context) return;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.lineWidth = 3;
  context.lineCap = context.lineJoin = 'round';
  const colours = getComputedStyle(canvas);
  for (const stroke of strokes) {
    const [points, colour] = [stroke.get('points'), stroke.get('tint')];
    if (!(points instanceof YArray) || typeof colour !== 'string') continue;
    const flat = points.toArray();
    context.beginPath();
    for (let i = 0; i < flat.length; i += 2) context.lineTo((flat[i] ?? 0) * width, (flat[i + 1] ?? 0) * height);
    context.strokeStyle = colours.getPropertyValue(colour);
    context.stroke();
  }
  for (const [client, { cursor }] of provider.awareness.getStates()) {
    if (client === doc.clientID || !cursor) continue;
    const { place, tint: own } = cursor as { readonly place: readonly number[]; readonly tint: string };
    context.beginPath();
    context.arc((place[0] ?? 0) * width, (place[1] ?? 0) * height, 6, 0, 2 * Math.PI);
    context.fillStyle = colours.getPropertyValue(own);
    context.fill();
  }
}

function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return found;
}
