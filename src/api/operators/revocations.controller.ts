/**
 * Revoking tokens, for operators: a user's so far, or a single one, on every node and for good.
 */
import { Body, Controller, Post, UseFilters } from '@nestjs/common';
import { Orders } from '../../access/orders/orders.ts';
import type { Revoked } from '../../access/orders/orders.ts';
import { toDto } from '../../gateway/messages/dto.pipe.ts';
import { GatewayError } from '../../gateway/messages/gateway-error.ts';
import { ForOperators } from '../callers/caller.guard.ts';
import { ProblemFilter } from '../problems/problem.filter.ts';
import { RevocationDto } from './dto/revocation.dto.ts';

/** Serves `/api/revocations`. */
@Controller('api/revocations')
@UseFilters(ProblemFilter)
export class RevocationsController {
  constructor(private readonly orders: Orders) {}

  /** Answers what was revoked, once that is durable. */
  @Post()
  @ForOperators()
  async revoke(@Body() body: unknown): Promise<Revoked> {
    const revoked = revokedBy(await toDto(body, RevocationDto));
    await this.orders.revoke(revoked);
    return revoked;
  }
}

function revokedBy({ user, token }: RevocationDto): Revoked {
  if (user !== undefined && token === undefined) return { user };
  if (token !== undefined && user === undefined) return { token };
  throw new GatewayError('invalid', 'Say either user, whose tokens are revoked, or token, the id (jti) of one.');
}
