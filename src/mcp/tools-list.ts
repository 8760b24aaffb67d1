import { createCatalogue } from './catalogue.js';
import { formatTool } from './tool.js';
import { createTools } from './tools/index.js';

/**
 * What `tools/list` answers: the same in every process. The build puts the answer itself in place of this module
 * (scripts/built-tools-list.js), since hosts wait for it and all that it is made of takes half of a start.
 */
export const getToolsList = () => ({ tools: createTools(createCatalogue()).map(formatTool) });
