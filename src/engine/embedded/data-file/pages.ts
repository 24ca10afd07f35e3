/**
 * LMDB's pages as they lie in the file (mdb.c of lmdb-js 3.5, data version 2, 64 bits, little-endian).
 * Read here before LMDB maps the file: a page that is missing would end the process with SIGBUS, a wrong one may, too.
 */

/** One tree of pages. */
export interface Tree {
  readonly depth: number;
  readonly root: bigint;
}

/** What a meta page says. */
export interface Meta {
  readonly pageSize: number;
  readonly lastPage: bigint;
  readonly transaction: bigint;
  readonly boot: bigint;
  /** False when it was not yet flushed when it was written. */
  readonly isFlushed: boolean;
  /** The tree of free pages, and that of the databases. */
  readonly trees: readonly Tree[];
}

/** An ordinary page. */
export interface Page {
  readonly isBranch: boolean;
  readonly nodes: readonly Node[];
}

/** An entry of a page. */
export interface Node {
  /** In a branch: the page below. */
  readonly child: bigint;
  /** In a leaf: the first page of a record too large for one, and how many there are. */
  readonly large?: { readonly page: bigint; readonly count: number };
  /** In a leaf: the root of a database. */
  readonly tree?: Tree;
}

/** Bytes of a meta page that say something. */
export const META_SIZE = 168;

/** A tree without pages has this root. */
export const NO_PAGE = 0xffff_ffff_ffff_ffffn;

const MAGIC = 0xbeefc0de;
const VERSION = 2;
const HEADER = 24;
const NODE_HEADER = 8;
const TREE_SIZE = 48;

const IS_BRANCH = 0x01;
const IS_LEAF = 0x02;
const IS_META = 0x08;
const IS_LARGE = 0x01;
const IS_TREE = 0x02;
/** In the flags of the free tree: MDB_OVERLAPPINGSYNC. */
const IS_UNFLUSHED = 0x1000;

/** Reads a meta page; undefined when it is none. The third one has no header of its own and passes `isBare`. */
export function readMeta(bytes: Buffer, isBare = false): Meta | undefined {
  if (bytes.length < META_SIZE) return undefined;
  const isMeta = (bytes.readUInt16LE(18) & IS_META) !== 0 && bytes.readUInt32LE(HEADER) === MAGIC;
  if (!isBare && (!isMeta || (bytes.readUInt32LE(HEADER + 4) & 0xffff) !== VERSION)) return undefined;
  const free = HEADER + 24;
  return {
    pageSize: bytes.readUInt32LE(free),
    isFlushed: (bytes.readUInt16LE(free + 4) & IS_UNFLUSHED) === 0,
    trees: [readTree(bytes, free), readTree(bytes, free + TREE_SIZE)],
    lastPage: bytes.readBigUInt64LE(free + 2 * TREE_SIZE),
    transaction: bytes.readBigUInt64LE(free + 2 * TREE_SIZE + 8),
    boot: bytes.readBigInt64LE(free + 2 * TREE_SIZE + 16),
  };
}

/** Reads a page; undefined when it is not the page that it should be, or is no page at all. */
export function readPage(bytes: Buffer, number: bigint): Page | undefined {
  if (bytes.length < HEADER || bytes.readBigUInt64LE(0) !== number) return undefined;
  const flags = bytes.readUInt16LE(18);
  const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)];
  const isBranch = flags === IS_BRANCH;
  if ((!isBranch && flags !== IS_LEAF) || lower > upper || HEADER + upper > bytes.length) return undefined;
  const nodes: Node[] = [];
  for (let at = HEADER; at < HEADER + lower; at += 2) {
    const node = readNode(bytes, HEADER + bytes.readUInt16LE(at), isBranch);
    if (!node) return undefined;
    nodes.push(node);
  }
  return { isBranch, nodes };
}

function readNode(bytes: Buffer, at: number, isBranch: boolean): Node | undefined {
  if (at + NODE_HEADER > bytes.length) return undefined;
  const size = bytes.readUInt32LE(at);
  const flags = bytes.readUInt16LE(at + 4);
  const data = at + NODE_HEADER + bytes.readUInt16LE(at + 6);
  if (data > bytes.length) return undefined;
  if (isBranch) return { child: BigInt(size) + (BigInt(flags) << 32n) };
  const isLarge = (flags & IS_LARGE) !== 0;
  if (data + (isLarge ? 24 : size) > bytes.length) return undefined;
  if (isLarge) {
    return {
      child: NO_PAGE,
      large: { page: bytes.readBigUInt64LE(data), count: Number(bytes.readBigUInt64LE(data + 16)) },
    };
  }
  return (flags & IS_TREE) === 0 ? { child: NO_PAGE } : { child: NO_PAGE, tree: readTree(bytes, data) };
}

function readTree(bytes: Buffer, at: number): Tree {
  return { depth: bytes.readUInt16LE(at + 6), root: bytes.readBigUInt64LE(at + 40) };
}
