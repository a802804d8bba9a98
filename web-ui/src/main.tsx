import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { QueryClientProvider } from '@tanstack/react-query';
import { queries } from '@/app/queries';
import { router } from '@/app/router';
import { startTheme } from '@/app/theme';
import { startLanguages } from '@/i18n';
import { keepCartInSync } from '@/shop/cart-sync';
import '@/styles/index.css';

/** After the page, which needs all the bandwidth that there is. */
function keepOffline() {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  window.addEventListener('load', () => {
    void navigator.serviceWorker.register('/sw.js').catch(() => undefined); // private windows forbid it
  });
}

keepOffline();
keepCartInSync();
startTheme();
void startLanguages().then(() => {
  const root = document.getElementById('root');
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
});
