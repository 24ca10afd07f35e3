import { Liveness } from './liveness.ts';

const { jest } = import.meta;
const heartbeat = { interval: 25_000, timeout: 10_000 };
const ping = jest.fn();
const dead = jest.fn();
let liveness: Liveness;

beforeEach(() => {
  jest.useFakeTimers();
  liveness = new Liveness({ ping, dead });
});

afterEach(() => {
  jest.useRealTimers();
  jest.resetAllMocks();
});

it('asks for a sign of life after an interval of silence, and not before', () => {
  liveness.start(heartbeat);
  jest.advanceTimersByTime(24_999);
  expect(ping).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(ping).toHaveBeenCalledTimes(1);
});

it('gives the line up when nothing at all comes back in time', () => {
  liveness.start(heartbeat);
  jest.advanceTimersByTime(34_999);
  expect(dead).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(dead).toHaveBeenCalledTimes(1);
});

it('takes any frame for a sign of life, not only the answer', () => {
  liveness.start(heartbeat);
  jest.advanceTimersByTime(34_999);
  liveness.heard();
  jest.advanceTimersByTime(24_999);
  expect(dead).not.toHaveBeenCalled();
  expect(ping).toHaveBeenCalledTimes(1);
});

it('asks at once when the line is in doubt', () => {
  liveness.start(heartbeat);
  liveness.probe();
  expect(ping).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(10_000);
  expect(dead).toHaveBeenCalledTimes(1);
});

it('asks again instead of judging when it was asleep past the deadline itself', () => {
  liveness.start(heartbeat);
  liveness.probe();
  jest.setSystemTime(Date.now() + 3_600_000);
  jest.advanceTimersByTime(10_000);
  expect(dead).not.toHaveBeenCalled();
  expect(ping).toHaveBeenCalledTimes(2);
  jest.advanceTimersByTime(10_000);
  expect(dead).toHaveBeenCalledTimes(1);
});

it('sets no timer for a frame while nothing is in doubt', () => {
  liveness.start(heartbeat);
  const timers = jest.spyOn(globalThis, 'setTimeout');
  for (let n = 0; n < 1_000; n += 1) liveness.heard();
  expect(timers).not.toHaveBeenCalled();
});

it('asks when the clock was set back, since nobody knows then how long the silence was', () => {
  liveness.start(heartbeat);
  jest.setSystemTime(Date.now() - 3_600_000);
  jest.advanceTimersByTime(25_000);
  expect(ping).toHaveBeenCalledTimes(1);
});

it('neither asks nor judges before it is started and after it is stopped', () => {
  liveness.heard();
  liveness.probe();
  liveness.start(heartbeat);
  liveness.stop();
  liveness.heard();
  jest.advanceTimersByTime(100_000);
  expect(ping).not.toHaveBeenCalled();
  expect(dead).not.toHaveBeenCalled();
});
