/**
 * Reads API_KEYS_FILE: who may use the HTTP interface, and for what. It holds no keys but what SHA-256 makes of them: whoever
 * reads the file can use none. (Keys are 32 random bytes, so that a slow hash would protect nothing more.)
 * Relies on class-validator for the rules. What is wrong is told as a whole, each problem with its place in the file.
 */
import { readFileSync } from 'node:fs';
import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  Matches,
  ValidateNested,
  validateSync,
} from 'class-validator';
import type { ValidationError } from 'class-validator';
import { MayBeLeftOut } from '../../gateway/messages/dto.pipe.ts';
import type { Identity } from '../../gateway/upgrade/identity.ts';
import { ACTIONS } from '../../protocol/permissions.ts';
import type { Action, Permission } from '../../protocol/permissions.ts';
import { SettingsError } from '../../settings/load-settings.ts';

/** A key that is good. */
export interface ApiKey {
  /** What SHA-256 makes of it. */
  readonly digest: Buffer;
  /** Who uses it: the user `key:<id>`. Its `expires` is the key's. */
  readonly identity: Identity;
}

class PermissionEntry implements Permission {
  @Matches(/^[A-Za-z0-9_.:*-]{1,128}$/, { message: 'channel must be a name, in which * stands for any characters' })
  readonly channel!: string;

  @IsArray()
  @ArrayNotEmpty()
  @IsIn(ACTIONS, { each: true })
  readonly allow!: readonly Action[];
}

class KeyEntry {
  /** Names whoever uses the key. Two keys may have the same, as they do while one takes the place of the other. */
  @Matches(/^[A-Za-z0-9_.-]{1,64}$/, { message: 'id must be 1 to 64 characters of A-Z a-z 0-9 _ . -' })
  readonly id!: string;

  @Matches(/^[0-9a-f]{64}$/i, { message: 'sha256 must be 64 hexadecimal digits, as npm run key prints them' })
  readonly sha256!: string;

  /** What it may do in channels; everything when left out. */
  @MayBeLeftOut()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PermissionEntry)
  readonly permissions?: readonly PermissionEntry[];

  /** Whether it may do what operators do as well: as long as `permissions` does not narrow it, when left out. */
  @MayBeLeftOut()
  @IsBoolean()
  readonly admin?: boolean;

  /** Until when it is good, as ISO 8601 writes it; for good when left out. */
  @MayBeLeftOut()
  @IsISO8601({ strict: true })
  readonly expires?: string;
}

class KeyFile {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => KeyEntry)
  readonly keys!: readonly KeyEntry[];
}

/**
 * The keys of a file.
 *
 * @throws SettingsError when it cannot be read, or with a line for each thing that is wrong in it
 */
export function readKeyFile(file: string): readonly ApiKey[] {
  try {
    return parseKeyFile(file, readFileSync(file, 'utf8'));
  } catch (error) {
    throw error instanceof SettingsError ? error : unreadable(file, error);
  }
}

/**
 * The keys in the text of a file.
 *
 * @throws SettingsError with a line for each thing that is wrong in it
 */
export function parseKeyFile(file: string, text: string): readonly ApiKey[] {
  const content = parseJson(file, text);
  const written = plainToInstance(KeyFile, content);
  const problems = [
    ...flatten(validateSync(written, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false }), ''),
    ...contradictions(written),
  ];
  if (problems.length > 0) throw new SettingsError(problems.map((problem) => `API_KEYS_FILE ${file}: ${problem}.`));
  return written.keys.map(keyOf);
}

/** What to say of a file that is not there, or not to be read. */
export function unreadable(file: string, error: unknown): SettingsError {
  return new SettingsError([`API_KEYS_FILE ${file} cannot be read: ${(error as Error).message}.`]);
}

/** A message of JSON.parse would repeat what the file holds. */
function parseJson(file: string, text: string): object {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new SettingsError([`API_KEYS_FILE ${file} is not valid JSON.`]);
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content;
  throw new SettingsError([`API_KEYS_FILE ${file}: write {"keys": [{"id": …, "sha256": …}, …]}.`]);
}

function flatten(errors: readonly ValidationError[], prefix: string): string[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path = prefix + (/^\d+$/.test(property) ? `[${property}]` : `${prefix && '.'}${property}`);
    const own = Object.values(constraints ?? {}).map((rule) => `${path}: ${rule}`);
    return [...own, ...flatten(children ?? [], path)];
  });
}

function contradictions({ keys }: KeyFile): string[] {
  if (!Array.isArray(keys)) return [];
  const seen = new Set<unknown>();
  return keys.flatMap((entry: Partial<KeyEntry> | undefined, index) => {
    const digest = String(entry?.sha256).toLowerCase();
    const isAgain = seen.has(digest);
    seen.add(digest);
    return [
      ...(isAgain ? [`keys[${index}] is the same key as one before it`] : []),
      ...(entry?.admin === true && entry.permissions !== undefined
        ? [`keys[${index}] has both admin, which may do everything, and permissions: leave out one`]
        : []),
    ];
  });
}

function keyOf({ id, sha256, permissions, admin = permissions === undefined, expires }: KeyEntry): ApiKey {
  return {
    digest: Buffer.from(sha256, 'hex'),
    identity: {
      user: { id: `key:${id}` },
      isGuest: false,
      isAdmin: admin,
      permissions: permissions?.map(({ channel, allow }) => ({ channel, allow })) ?? [{ channel: '*', allow: ACTIONS }],
      ...(expires !== undefined && { expires: Date.parse(expires) }),
    },
  };
}
