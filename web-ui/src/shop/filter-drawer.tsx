import type { ReactNode } from 'react';
import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { X } from 'lucide-react';
import { useI18n } from '@/i18n';

type Props = { open: boolean; close: () => void; children: ReactNode };

export function FilterDrawer({ open, close, children }: Props) {
  const { t } = useI18n();
  return (
    <Dialog
      className="drawer start"
      open={open}
      onClose={close}
      backdrop={<div className="backdrop" />}
    >
      <div className="drawer-head">
        <DialogHeading>{t('list.filters')}</DialogHeading>
        <DialogDismiss className="bare" aria-label={t('common.close')}>
          <X aria-hidden />
        </DialogDismiss>
      </div>
      <div className="filters in-drawer">{children}</div>
      <div className="drawer-foot">
        <button type="button" className="button primary wide" onClick={close}>
          {t('list.close')}
        </button>
      </div>
    </Dialog>
  );
}
