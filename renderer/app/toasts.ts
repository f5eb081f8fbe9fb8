/** Short messages over the screen: what the engine refused, what came back. */
import { Toast } from '@base-ui/react/toast';

export interface Notice {
  title: string;
  text: string;
  isBad: boolean;
}

export const toastManager = Toast.createToastManager();

export function toast(notice: Notice): void {
  toastManager.add({ title: notice.title, description: notice.text, type: notice.isBad ? 'bad' : 'good', timeout: notice.isBad ? 9_000 : 5_000, priority: notice.isBad ? 'high' : 'low' });
}
