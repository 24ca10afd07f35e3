// Spans of Belfry for OpenTelemetry, by what it tells on Node's own diagnostics channels. A file of yours, to be changed at will:
//
//   npm install @opentelemetry/api @opentelemetry/sdk-node      (beside this file, not in Belfry)
//   OTEL_SERVICE_NAME=belfry OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 node --import ./otel.mjs dist/main.js
//
// A span for each request of a client, with the append of its message inside, and one for each connection while it lasts.
import { tracingChannel, subscribe } from 'node:diagnostics_channel';
import { AsyncLocalStorage } from 'node:async_hooks';

const { context, trace, SpanStatusCode } = await import('@opentelemetry/api');
const { NodeSDK } = await import('@opentelemetry/sdk-node');
const sdk = new NodeSDK();
sdk.start();
process.once('beforeExit', () => void sdk.shutdown());

const tracer = trace.getTracer('belfry');
const around = new AsyncLocalStorage();

/** A span from `start` to `asyncEnd`, inside of the one that was begun before it in the same request. */
function spans(name, titleOf, attributesOf) {
  const channel = tracingChannel(name);
  channel.start.bindStore(around, (data) => {
    const parent = around.getStore() ?? context.active();
    data.span = tracer.startSpan(titleOf(data), { attributes: attributesOf(data) }, parent);
    return trace.setSpan(parent, data.span);
  });
  channel.subscribe({
    error: ({ span, error }) => span.setStatus({ code: SpanStatusCode.ERROR, message: error?.name }),
    asyncEnd: ({ span }) => span.end(),
  });
}

spans(
  'belfry.request',
  ({ gateway, event }) => `${gateway} ${event}`,
  ({ gateway, event, connection }) => ({
    'belfry.gateway': gateway,
    'belfry.event': event,
    'belfry.connection': connection,
  }),
);
spans(
  'belfry.append',
  () => 'append',
  ({ channel }) => ({ 'belfry.channel': channel }),
);

const connections = new Map();
subscribe('belfry.connection.opened', ({ gateway, connection, user }) => {
  const attributes = { 'belfry.gateway': gateway, 'belfry.connection': connection, 'belfry.user': user };
  connections.set(connection, tracer.startSpan(`connection ${gateway}`, { attributes }));
});
subscribe('belfry.connection.closed', ({ connection, code, reason }) => {
  const span = connections.get(connection);
  connections.delete(connection);
  span?.setAttributes({ 'belfry.code': code, 'belfry.reason': reason }).end();
});
