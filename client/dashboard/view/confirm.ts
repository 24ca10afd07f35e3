import { byId } from '../../page/view/element.ts';
import type { Texts } from '../language/texts.ts';

/** Asks whether a connection is really to be closed. Escape and everything but the one button is no. */
export async function confirmClosing(name: string, texts: Texts): Promise<boolean> {
  const dialog = byId('confirm', HTMLDialogElement);
  const words: Readonly<Record<string, string>> = {
    'confirm-title': texts.closeTitle(name),
    'confirm-words': texts.closeWords,
    'confirm-no': texts.cancel,
    'confirm-yes': texts.close,
  };
  for (const [id, text] of Object.entries(words)) byId(id, HTMLElement).textContent = text;
  dialog.returnValue = 'no';
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  return dialog.returnValue === 'yes';
}
