/** The one stop for the keyboard on the stage: a button that stands where the focus is, and says what it stands on. */
import { useEffect, useRef, useState } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import type { Box } from '#renderer/stage/messages.ts';
import { walk } from '#renderer/stage/stage-keys.ts';
import { screenStore, select } from '#renderer/state/screen-store.ts';

export function StageFocus() {
  const button = useRef<HTMLButtonElement>(null);
  const [label, setLabel] = useState('');
  useEffect(() => {
    engineLink().onFocusBox((box, text) => {
      if (button.current !== null) placeButton(button.current, box);
      setLabel(text);
    });
  }, []);
  return (
    <button
      ref={button}
      type="button"
      className="stage-focus"
      aria-label={label === '' ? 'Stage of the cluster. Arrow keys walk, Enter opens, Escape goes out.' : label}
      onFocus={begin}
      onBlur={() => screenStore.setState({ focused: undefined })}
      onClick={() => select(screenStore.getState().focused)}
    />
  );
}

/** The focus begins at what is selected, else at the first replica. */
function begin(): void {
  const { focused, selected } = screenStore.getState();
  if (focused !== undefined) return;
  if (selected !== undefined && selected.kind !== 'message') screenStore.setState({ focused: selected });
  else void walk('in');
}

function placeButton(button: HTMLButtonElement, box: Box | null): void {
  const { style } = button;
  style.left = `${box?.x ?? 0}px`;
  style.top = `${box?.y ?? 0}px`;
  style.width = `${box?.width ?? 1}px`;
  style.height = `${box?.height ?? 1}px`;
}
