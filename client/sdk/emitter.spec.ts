import { Emitter } from './emitter.ts';

class Bell extends Emitter<{ ding: number; dong: string }> {
  ring(times: number): void {
    this.emit('ding', times);
  }
}

const { jest } = import.meta;
const bell = new Bell();

it('calls who listens, until they are off, by either way', () => {
  const heard: string[] = [];
  const second = (n: number): unknown => heard.push(`second ${n}`);
  const end = bell.on('ding', (n) => heard.push(`first ${n}`));
  bell.on('ding', second);
  bell.on('dong', () => heard.push('never'));
  bell.ring(1);
  end();
  bell.ring(2);
  bell.off('ding', second);
  bell.ring(3);
  expect(heard).toEqual(['first 1', 'second 1', 'second 2']);
});

it('lets a listener that throws keep nobody from hearing, and reports it as uncaught', () => {
  const later = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
  const heard = jest.fn();
  bell.on('ding', () => {
    throw new Error('cracked');
  });
  bell.on('ding', heard);
  bell.ring(1);
  expect(heard).toHaveBeenCalledWith(1);
  expect(later.mock.calls[0]?.[0]).toThrow('cracked');
  later.mockRestore();
});
