/**
 * Hands the page to its service worker, which keeps it for times without a network. Where there is none (plain http on
 * another machine, a private window) everything else works on.
 */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator) || !window.isSecureContext) return;
  navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
}
