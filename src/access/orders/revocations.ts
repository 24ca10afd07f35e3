/**
 * Which tokens no longer hold though they have not expired: those of a user that were issued before some moment, and single ones.
 * Kept in memory, since every token is asked about; forgotten when no token can be meant any more.
 */
import type { Identity } from '../../gateway/upgrade/identity.ts';

/** All revocations. */
export class Revocations {
  /** When the tokens of a user were revoked last, ms since 1970. */
  private readonly users = new Map<string, number>();
  /** When a token was revoked, by its id. */
  private readonly tokens = new Map<string, number>();

  /** @param lifetime milliseconds for which a revocation can mean a token: no token lives longer */
  constructor(private readonly lifetime: number) {}

  /** How many are kept. */
  get size(): number {
    return this.users.size + this.tokens.size;
  }

  /** No token of `user` holds that was issued before `at`, or does not say when it was. */
  revokeUser(user: string, at: number): void {
    this.users.set(user, Math.max(at, this.users.get(user) ?? 0));
  }

  /** The token of this id does not hold, whenever it was issued. */
  revokeToken(id: string, at: number): void {
    this.tokens.set(id, at);
  }

  /** Whether whoever has this identity has it no more. */
  covers({ user, token }: Identity): boolean {
    const revoked = this.users.get(user.id);
    if (revoked !== undefined && (token?.issued ?? 0) < revoked) return true;
    return token?.id !== undefined && this.tokens.has(token.id);
  }

  /** Forgets what can mean no token at `now` any more. */
  forget(now: number): void {
    for (const kept of [this.users, this.tokens]) {
      for (const [id, at] of kept) if (at + this.lifetime < now) kept.delete(id);
    }
  }
}
