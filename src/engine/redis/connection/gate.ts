/** Opens once. */
export class Gate {
  /** Whether it is open. */
  isOpen = false;
  private letThrough: () => void = () => {};
  /** Resolves when it opens. */
  readonly opened = new Promise<void>((resolve) => (this.letThrough = resolve));

  /** Opens it, for good. */
  open(): void {
    this.isOpen = true;
    this.letThrough();
  }
}
