/**
 * One price as it was in the last minute: a line on a canvas, drawn anew for each price that comes.
 */

/** How far back it goes, ms. */
const SPAN = 60_000;

/** A chart on its canvas. */
export class Chart {
  readonly #canvas: HTMLCanvasElement;
  #points: { readonly at: number; readonly price: number }[] = [];

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** The oldest price that is shown. */
  get first(): number | undefined {
    return this.#points[0]?.price;
  }

  /** Adds a price of the time `at`, ms since 1970, and draws. */
  add(price: number, at: number): void {
    this.#points = [...this.#points.filter((point) => point.at > at - SPAN), { at, price }];
    this.#draw(at);
  }

  #draw(now: number): void {
    const canvas = this.#canvas;
    const context = canvas.getContext('2d');
    if (!context) return;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    context.scale(devicePixelRatio, devicePixelRatio);
    const prices = this.#points.map(({ price }) => price);
    const [low, high] = [Math.min(...prices), Math.max(...prices)];
    const room = 4;
    context.beginPath();
    for (const { at, price } of this.#points) {
      const y = height - room - ((price - low) / (high - low || 1)) * (height - 2 * room);
      context.lineTo(width - ((now - at) / SPAN) * width, y);
    }
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.stroke();
  }
}
