/**
 * The service worker: it keeps the page itself, so that it opens without a network and shows what waits to be sent.
 *
 * The page comes from the network wherever there is one; files with a hash in their name never change and come from the
 * cache. Messages, WebSockets and every other path of the server are none of its business.
 */
const worker = globalThis as unknown as ServiceWorkerGlobalScope;

const CACHE = 'belfry-page';

/** How long the network may take before the kept page is shown, in ms. */
const PATIENCE = 3_000;

/** What the page is made of besides what its markup names. */
const COMPANIONS = ['/manifest.webmanifest', '/icon-192.png'];

worker.addEventListener('install', (event) => {
  event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  if (pathname === '/' && request.mode === 'navigate') event.respondWith(page(event));
  else if (pathname.startsWith('/assets/') || /^\/[\w-]+\.(svg|png|webmanifest)$/.test(pathname)) {
    event.respondWith(file(request, pathname));
  }
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.tag));
});

/** The page as it is now or, where the network does not answer, as it was. */
async function page(event: FetchEvent): Promise<Response> {
  const fresh = fetch(event.request).then((response) => {
    // The files of a new version are fetched while there is a network for it.
    if (response.ok) event.waitUntil(keep());
    return response;
  });
  const kept = await caches.match('/');
  if (!kept) return fresh;
  const late = new Promise<Response>((resolve) => {
    setTimeout(() => resolve(kept.clone()), PATIENCE);
  });
  return Promise.race([fresh.catch(() => kept), late]);
}

/** A file that the page is made of. */
async function file(request: Request, pathname: string): Promise<Response> {
  const kept = await caches.match(request);
  if (kept && pathname.startsWith('/assets/')) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Keeps the page as the server has it now, with all files that it names, and lets go of those of former versions. */
async function keep(): Promise<void> {
  const cache = await caches.open(CACHE);
  const response = await fetch('/', { cache: 'no-cache' });
  if (!response.ok) throw new Error(`The page was answered with ${response.status}.`);
  const markup = await response.clone().text();
  const named = Array.from(markup.matchAll(/(?:src|href)="(\/[^"]+)"/g), ([, path = '']) => path);
  const wanted = new Set([...named, ...COMPANIONS]);
  const had = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await cache.addAll([...wanted].filter((path) => !had.has(path)));
  await cache.put('/', response);
  for (const path of had) if (path !== '/' && !wanted.has(path)) await cache.delete(path);
}

/** Brings the page to the front, with that channel. */
async function lead(channel: string): Promise<void> {
  const [client] = await worker.clients.matchAll({ type: 'window' });
  if (!client) {
    await worker.clients.openWindow(`/#${channel}`);
    return;
  }
  await client.focus();
  // A client of ours: it has our own origin, and the method takes none.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  client.postMessage(channel);
}
