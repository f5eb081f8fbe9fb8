/** The screen: header, promises, the view with its rail and inspector, transport; and what lies over them. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Dialogs } from '#renderer/chrome/Dialogs.tsx';
import { CommandPalette } from '#renderer/chrome/CommandPalette.tsx';
import { Header } from '#renderer/chrome/Header.tsx';
import { LiveRegion } from '#renderer/chrome/LiveRegion.tsx';
import { Rail } from '#renderer/chrome/Rail.tsx';
import { StageStates } from '#renderer/chrome/StageStates.tsx';
import { Toasts } from '#renderer/chrome/Toasts.tsx';
import { Totals } from '#renderer/chrome/Totals.tsx';
import { Explorer } from '#renderer/explorer/Explorer.tsx';
import { Inspector } from '#renderer/inspector/Inspector.tsx';
import { StageView } from '#renderer/stage/StageView.tsx';
import { useScreen } from '#renderer/state/screen-store.ts';
import { TransportBar } from '#renderer/timeline/TransportBar.tsx';

export function App() {
  const view = useScreen((state) => state.view);
  return (
    <CSPProvider disableStyleElements>
      <div className="screen">
        <Header />
        <Totals />
        <main className={view === 'explorer' ? 'main is-explorer' : 'main'}>
          <Rail />
          {/* The stage stays mounted: its canvas belongs to the worker for good. */}
          <div className="stage-holder" hidden={view !== 'stage'}>
            <StageView />
            <StageStates />
          </div>
          {view === 'explorer' ? <Explorer /> : <Inspector />}
        </main>
        <TransportBar />
      </div>
      <CommandPalette />
      <Dialogs />
      <Toasts />
      <LiveRegion />
    </CSPProvider>
  );
}
