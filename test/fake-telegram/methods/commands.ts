import type { BotCommand } from 'grammy/types';
import type { ParametersOf } from '../method-parameters.js';
import { badRequest } from '../refusal.js';
import type { World } from '../world.js';
import type { Handlers } from './call.js';

type Scope = ParametersOf<'getMyCommands'>['scope'];
type CommandMethod = 'setMyCommands' | 'getMyCommands' | 'deleteMyCommands';

const MAX_COMMANDS = 100;
const MAX_DESCRIPTION_LENGTH = 256;

/** Each scope and language has a list of its own; `getMyCommands` does not look further. */
export function createCommandMethods(world: World): Handlers<CommandMethod> {
  const lists = new Map<string, readonly BotCommand[]>();
  const keyOf = (scope: Scope = { type: 'default' }, languageCode = '') => {
    if ('chat_id' in scope) world.findChat(scope.chat_id, 'read');
    return JSON.stringify([scope, languageCode]);
  };
  return {
    setMyCommands: ({ commands, scope, language_code }) => {
      lists.set(keyOf(scope, language_code), checkCommands(commands));
      return true;
    },
    getMyCommands: ({ scope, language_code }) => lists.get(keyOf(scope, language_code)) ?? [],
    deleteMyCommands: ({ scope, language_code }) => {
      lists.delete(keyOf(scope, language_code));
      return true;
    },
  };
}

function checkCommands(commands: readonly BotCommand[]): readonly BotCommand[] {
  if (commands.length > MAX_COMMANDS) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  return commands.map(({ command, description }) => {
    const name = command.replace(/^\//, '');
    if (!/^[a-z0-9_]{1,32}$/.test(name)) throw badRequest('BOT_COMMAND_INVALID');
    if (description === '' || description.length > MAX_DESCRIPTION_LENGTH) {
      throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
    }
    return { command: name, description };
  });
}
