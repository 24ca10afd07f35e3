/**
 * Looks whether a data file is whole, before LMDB maps it and without writing a byte.
 * Relies on pages.ts for how LMDB lays out its pages, and picks the state that LMDB would pick.
 * Small files are walked to the last leaf, large ones as far as their branches: a start must not take minutes. What is
 * wrong within a message is found by its checksum when it is read.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { META_SIZE, NO_PAGE, readMeta, readPage } from './pages.ts';
import type { Meta, Tree } from './pages.ts';

/** Pages up to which every leaf is looked at: 256 MiB. */
const SMALL_FILE = 65_536n;

/** The deepest tree that LMDB itself walks. */
const DEEPEST = 32;

/**
 * What is wrong with a data file, as the end of a sentence; undefined when nothing is.
 *
 * @param boot this boot of the machine, as life.ts reads it
 * @throws Error when it cannot be read
 */
export async function damageOf(path: string, boot: string | null): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const meta = await currentMeta(file, boot);
    if (!meta) return 'it does not begin as LMDB files do';
    return await new Walk(file, meta, BigInt(size)).damage();
  } finally {
    await file.close();
  }
}

/** The state that LMDB goes on from, as mdb_env_pick_meta finds it with overlapping; see data-file.ts. */
async function currentMeta(file: FileHandle, boot: string | null): Promise<Meta | undefined> {
  const first = readMeta(await bytesAt(file, 0, META_SIZE));
  if (!first || !isPageSize(first.pageSize)) return undefined;
  const second = readMeta(await bytesAt(file, first.pageSize, META_SIZE));
  const third = readMeta(await bytesAt(file, first.pageSize / 2, META_SIZE), true);
  if (second?.pageSize !== first.pageSize || !third) return undefined;
  const bootNumber = boot === null ? 0n : BigInt(`0x${boot.slice(0, boot.indexOf('-'))}`);
  const pick = (one: Meta, other: Meta): Meta => {
    const [latest, older] = one.transaction >= other.transaction ? [one, other] : [other, one];
    if (other.transaction === 0n) return one;
    return latest.isFlushed || (latest.boot !== 0n && latest.boot === bootNumber) ? latest : older;
  };
  return { ...pick(pick(first, second), third), pageSize: first.pageSize };
}

/** A walk over all pages that the databases reach. */
class Walk {
  private readonly pages: bigint;
  private readonly seen = new Set<bigint>();
  private readonly isThorough: boolean;

  constructor(
    private readonly file: FileHandle,
    private readonly meta: Meta,
    size: bigint,
  ) {
    this.pages = size / BigInt(meta.pageSize);
    // LMDB may have given pages at the very end back before they were ever written; so a file that is shorter than it
    // says is not damaged, unless something that is reached is beyond its end. Only the leaves know.
    this.isThorough = meta.lastPage < SMALL_FILE || this.pages <= meta.lastPage;
  }

  /** What is wrong. */
  async damage(): Promise<string | undefined> {
    for (const tree of this.meta.trees) {
      const damage = await this.tree(tree);
      if (damage) return damage;
    }
    return undefined;
  }

  private async tree({ root, depth }: Tree): Promise<string | undefined> {
    if (root === NO_PAGE) return undefined;
    return depth > DEEPEST ? 'its databases are no trees' : await this.page(root, depth);
  }

  private async page(number: bigint, depth: number): Promise<string | undefined> {
    const missing = this.missing(number, 1);
    if (missing) return missing;
    if (this.seen.has(number)) return `page ${number} is in it twice`;
    this.seen.add(number);
    const page = readPage(await bytesAt(this.file, Number(number) * this.meta.pageSize, this.meta.pageSize), number);
    if (!page || page.isBranch !== depth > 1) return `page ${number} holds something else than it should`;
    if (page.isBranch && depth === 2 && !this.isThorough) return undefined;
    for (const { child, large, tree } of page.nodes) {
      const damage = await (page.isBranch ? this.page(child, depth - 1) : tree ? this.tree(tree) : undefined);
      if (damage) return damage;
      const lost = large && this.missing(large.page, large.count);
      if (lost) return lost;
    }
    return undefined;
  }

  private missing(number: bigint, count: number): string | undefined {
    const end = number + BigInt(count);
    if (number >= 2n && end <= this.meta.lastPage + 1n && end <= this.pages) return undefined;
    return `page ${number} is beyond its end`;
  }
}

function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && Number.isInteger(Math.log2(size));
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
