import { defineWatchCases } from '../../helpers/watch/watches-cases.js';
import { openWorld } from '../../helpers/watch/world.js';

defineWatchCases(openWorld);
