/** Says which owners of entries still live. An owner is a tab's outbox, under a random name that is never used again. */
export interface Ownership {
  /** Lives from now on, as that owner, until {@link release} or the death of the tab. */
  hold(owner: string): Promise<void>;
  /** Whether nobody lives as that owner any more. */
  isGone(owner: string): Promise<boolean>;
  /** Ends what {@link hold} began. */
  release(): Promise<void>;
}
