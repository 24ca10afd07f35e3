import type { Identity } from '../../gateway/upgrade/identity.ts';
import { Revocations } from './revocations.ts';

function identity(id: string, token: NonNullable<Identity['token']>): Identity {
  return { user: { id }, isGuest: false, permissions: [], isAdmin: false, token };
}

describe('revocations', () => {
  test('of a user mean what was issued before, and what does not say when', () => {
    const revocations = new Revocations(1000);
    revocations.revokeUser('ann', 500);
    revocations.revokeUser('ann', 400);
    expect(revocations.covers(identity('ann', { issued: 499 }))).toBe(true);
    expect(revocations.covers(identity('ann', {}))).toBe(true);
    expect(revocations.covers(identity('ann', { issued: 500 }))).toBe(false);
    expect(revocations.covers(identity('bob', {}))).toBe(false);
  });

  test('of a token mean that one alone', () => {
    const revocations = new Revocations(1000);
    revocations.revokeToken('t', 500);
    expect(revocations.covers(identity('ann', { id: 't', issued: 900 }))).toBe(true);
    expect(revocations.covers(identity('ann', { id: 'u' }))).toBe(false);
    expect(revocations.covers(identity('t', {}))).toBe(false);
  });

  test('are forgotten when no token can live any more that they mean, and not before', () => {
    const revocations = new Revocations(1000);
    revocations.revokeUser('ann', 500);
    revocations.revokeToken('t', 600);
    revocations.forget(1500);
    expect(revocations.size).toBe(2);
    revocations.forget(1501);
    expect(revocations.size).toBe(1);
    revocations.forget(1601);
    expect(revocations.size).toBe(0);
  });
});
