import type { Voice } from '../language/voice.ts';
import { recall, remember } from '../memory.ts';
import { byId } from '../view/element.ts';

/** What a notification says, and where it leads. */
export interface News {
  readonly title: string;
  readonly body: string;
  readonly channel: string;
}

/** A text is cut here, in characters; the system cuts it in its own way anyway. */
const LONGEST = 200;

/**
 * Notifications of the desktop or the phone, for those who asked: the browser is asked for its permission when the
 * button is pressed and never before, and nothing is shown while the page can be seen.
 */
export class Notifications {
  readonly #button = byId('notify', HTMLButtonElement);
  readonly #open: (channel: string) => void;
  #voice: Voice;
  #isWanted = recall('belfry.notify') === 'yes';

  /** @param open the reader wants to see that channel */
  constructor(voice: Voice, open: (channel: string) => void) {
    this.#voice = voice;
    this.#open = open;
    this.#button.hidden = !('Notification' in window);
    this.#button.addEventListener('click', () => void this.#toggle());
    // Where a service worker had to show it, a click on it comes from there.
    navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') open(data);
    });
  }

  /** Notifies, if that is wanted and the page cannot be seen. */
  async tell({ title, body, channel }: News): Promise<void> {
    if (!this.#isOn || !document.hidden) return;
    const options = { body: Array.from(body).slice(0, LONGEST).join(''), tag: channel, icon: '/icon-192.png' };
    try {
      const notification = new Notification(title, options);
      notification.addEventListener('click', () => {
        window.focus();
        this.#open(channel);
        notification.close();
      });
    } catch {
      // Browsers of phones leave it to the service worker.
      await (await navigator.serviceWorker?.getRegistration())?.showNotification(title, options);
    }
  }

  /** Says the same in another language. */
  speak(voice: Voice): void {
    this.#voice = voice;
    if (this.#button.hidden) return;
    const { texts } = voice;
    const isBlocked = Notification.permission === 'denied';
    this.#button.disabled = isBlocked;
    this.#button.ariaPressed = String(this.#isOn);
    const words = this.#isOn ? texts.dontNotify : texts.notify;
    this.#button.textContent = isBlocked ? texts.notificationsBlocked : words;
  }

  get #isOn(): boolean {
    return this.#isWanted && Notification.permission === 'granted';
  }

  async #toggle(): Promise<void> {
    const wasOn = this.#isOn;
    if (!wasOn && Notification.permission === 'default') await Notification.requestPermission();
    this.#isWanted = !wasOn && Notification.permission === 'granted';
    remember('belfry.notify', this.#isWanted ? 'yes' : 'no');
    this.speak(this.#voice);
  }
}
