/// <reference types="jest" />
import type { Bus } from '../bus.js';
import { rabbitWorld } from './bus-world.js';
import type { RabbitWorld } from './bus-world.js';

export interface TestBus {
  readonly url: string;
  /** Random, begins with the prefix asked for. */
  readonly prefix: string;
  /** Opened before the tests of the file, closed with all its queues after them. */
  readonly bus: Bus;
  /** A further bus on the same broker and prefix, closed after the tests. */
  open(): Promise<Bus>;
}

/** Call at the top of a test file: a RabbitMQ bus of its own for the file. Members are there once tests run. */
export function useTestBus(prefix: string): TestBus {
  let world: RabbitWorld | undefined;
  let bus: Bus | undefined;
  const present = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the test bus is there while tests run, not before');
    return value;
  };

  beforeAll(async () => {
    world = await rabbitWorld({ name: prefix });
    bus = await world.open();
  });
  afterAll(() => world?.dispose());

  return {
    get url() {
      return present(world).url;
    },
    get prefix() {
      return present(world).prefix;
    },
    get bus() {
      return present(bus);
    },
    open: () => present(world).open(),
  };
}
