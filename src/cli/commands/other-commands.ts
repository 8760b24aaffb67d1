// Loaded together: they share most of what they need, and each file more takes a millisecond.
export { registerBatch } from './batch.js';
export { registerCompare } from './compare.js';
export { registerCompletion } from './completion.js';
export { registerDb } from './db.js';
export { registerDemo } from './demo.js';
export { registerDoctor } from './doctor.js';
export { registerDrops } from './drops.js';
export { registerHistory } from './history.js';
export { registerJobs } from './jobs.js';
export { registerLogin } from './login.js';
export { registerSandbox } from './sandbox.js';
export { registerSetup } from './setup.js';
export { registerShop } from './shop.js';
export { registerTelegram } from './telegram.js';
export { registerWatch } from './watch/watch.js';
export { registerWorker } from './worker.js';
