/**
 * The protocol as one import, `belfry/protocol`: what an author of a client needs who does not use the SDK.
 */
export * from './close-codes.ts';
export * from './error-codes.ts';
export * from './events.ts';
export * from './permissions.ts';
