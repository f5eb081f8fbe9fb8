import { Toast } from '@base-ui/react/toast';
import { CircleCheck, TriangleAlert, X } from 'lucide-react';
import { toastManager } from '#renderer/app/toasts.ts';

export function Toasts() {
  return (
    <Toast.Provider toastManager={toastManager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      {toast.type === 'bad' ? <TriangleAlert size={15} className="icon bad" /> : <CircleCheck size={15} className="icon" />}
      <Toast.Title className="title" />
      <Toast.Close className="button plain square" aria-label="Dismiss">
        <X size={13} />
      </Toast.Close>
      <Toast.Description className="text" />
    </Toast.Root>
  ));
}
