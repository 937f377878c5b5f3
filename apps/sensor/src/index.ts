export { createSensor } from './sensor.service.js';
export type { SensorDependencies } from './sensor.service.js';
export { sensorConfig } from './config.js';
export type { SensorConfig } from './config.js';
