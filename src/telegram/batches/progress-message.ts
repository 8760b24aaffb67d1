import type { InlineKeyboard } from 'grammy';
import type { Clock } from '../../core/index.js';
import { findPauseMs, isNotModified } from '../bot-api/api-errors.js';

export interface ProgressView {
  readonly text: string;
  readonly keyboard: InlineKeyboard;
}

/** One message that follows a long job, at a pace Telegram bears. */
export type ProgressMessage = ReturnType<typeof createProgressMessage>;

export interface ProgressMessageOptions extends Pick<Clock, 'monotonicNow'> {
  readonly edit: (view: ProgressView) => Promise<void>;
  /** Called with edits that failed; one that came too early is made again when its pause is over. */
  readonly onError: (error: unknown) => void;
}

/** Edits share the chat's limits with everything else: at first people watch, later they look now and then. */
export function getEditPauseMs(elapsedMs: number): number {
  if (elapsedMs < 60_000) return 4000;
  return elapsedMs < 600_000 ? 15_000 : 30_000;
}

export function createProgressMessage({ edit, onError, monotonicNow }: ProgressMessageOptions) {
  const startedAtMs = monotonicNow();
  let nextAtMs = startedAtMs;
  let shown = '';
  let editing: Promise<void> | undefined;
  let isClosed = false;

  const showNow = async (view: ProgressView) => {
    try {
      await edit(view);
      shown = view.text;
    } catch (error) {
      const pauseMs = findPauseMs(error);
      if (pauseMs !== undefined) nextAtMs = monotonicNow() + pauseMs;
      else if (!isNotModified(error)) onError(error);
    } finally {
      editing = undefined;
    }
  };

  return {
    /** Shows the newest state when it is time; `render` is called only then. */
    show: (render: () => ProgressView) => {
      if (isClosed || editing || monotonicNow() < nextAtMs) return;
      nextAtMs = monotonicNow() + getEditPauseMs(monotonicNow() - startedAtMs);
      const view = render();
      if (view.text !== shown) editing = showNow(view);
    },
    /** Resolves when no edit is under way and none will begin. */
    close: async () => {
      isClosed = true;
      await editing;
    },
  };
}
