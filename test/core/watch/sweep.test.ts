import { defineSweepCases } from '../../helpers/watch/sweep-cases.js';
import { openWorld } from '../../helpers/watch/world.js';

defineSweepCases(openWorld);
