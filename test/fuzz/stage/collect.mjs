/**
 * Preloaded into the server that is fuzzed: when it is asked, it collects its garbage and says what is left. Nothing else about
 * the process is different from the one that runs in production.
 */
process.on('message', () => {
  globalThis.gc();
  process.send(process.memoryUsage().heapUsed);
});
process.channel.unref();
