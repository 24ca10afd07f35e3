/**
 * Joins the channel with its last minute, and shows each price when it comes.
 */
import { Belfry } from 'belfry/sdk';
import { Chart } from './chart.ts';

/** About a minute of them. */
const LAST = 240;

const belfry = new Belfry(new URL('/ws', location.href.replace(/^http/, 'ws')).href);
const ticker = belfry.channel('ticker');
const cards = new Map<string, (price: number, at: number) => void>();
let skipped = 0;

belfry.on('state', ({ kind }) => {
  const state = element('#state');
  state.textContent = kind;
  state.dataset['state'] = kind;
});
ticker.on('message', ({ data, at }) => {
  for (const [symbol, price] of Object.entries(data?.['prices'] ?? {})) cardOf(symbol)(Number(price), at);
});
ticker.on('gap', ({ from, to }) => {
  skipped += to - from + 1;
  element('#skipped').textContent = `${skipped} prices went by unseen, because newer ones were there already.`;
});
void ticker.join({ last: LAST });

function cardOf(symbol: string): (price: number, at: number) => void {
  const known = cards.get(symbol);
  if (known) return known;
  const card = document.createElement('article');
  const [heading, line, figure, change, canvas] = [
    document.createElement('h2'),
    document.createElement('p'),
    document.createElement('span'),
    document.createElement('span'),
    document.createElement('canvas'),
  ];
  heading.textContent = symbol;
  line.className = 'price';
  change.className = 'change';
  line.append(figure, change);
  card.append(heading, line, canvas);
  element('#prices').append(card);
  const chart = new Chart(canvas);
  const show = (price: number, at: number): void => {
    chart.add(price, at);
    const percent = (price / (chart.first ?? price) - 1) * 100;
    figure.textContent = price.toFixed(2);
    change.textContent = `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
    change.dataset['falls'] = String(percent < 0);
    canvas.style.color = `var(--${percent < 0 ? 'bad' : 'good'})`;
  };
  cards.set(symbol, show);
  return show;
}

function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return found;
}
