import type { PresenceData, PresentUser } from '../../sdk/index.ts';

/** Who is in a channel after somebody came or went. */
export function after(people: readonly PresentUser[], { joined, left }: PresenceData): readonly PresentUser[] {
  const others = people.filter(({ id }) => id !== joined?.id && id !== left?.id);
  if (!joined) return others;
  const before = people.find(({ id }) => id === joined.id);
  return [...others, { ...joined, connections: before?.connections ?? 1 }];
}

/** In the order of their names as that language sorts them; whoever has none comes last. */
export function inOrder(people: readonly PresentUser[], language: string): readonly PresentUser[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  return people.toSorted((one, other) => compare(sortKey(one), sortKey(other)) || compare(one.id, other.id));
}

function sortKey({ name, id }: PresentUser): string {
  return name ?? `\uffff${id}`;
}
