import { createBrowserRouter } from 'react-router';
import { Home } from '@/shop/pages/home';
import { Listing } from '@/shop/pages/listing';
import { ProductPage } from '@/shop/pages/product-page';
import { Layout } from '@/shop/layout';
import { Broken, NotFound } from '@/shop/pages/trouble';

const room = (name: keyof (typeof import('@/shop/pages/account'))['rooms']) => async () => ({
  Component: (await import('@/shop/pages/account')).rooms[name],
});

/** What a first visit needs is in the first chunk; the rest comes when it is gone to. */
export const router = createBrowserRouter([
  {
    path: '/',
    element: <Layout />,
    errorElement: <Broken />,
    hydrateFallbackElement: <></>,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { index: true, element: <Home /> },
          { path: 'search', element: <Listing /> },
          { path: 'c/:slug', element: <Listing /> },
          { path: 'p/:slug', element: <ProductPage /> },
          {
            path: 'login',
            lazy: async () => {
              const { Login } = await import('@/shop/pages/login');
              return { element: <Login /> };
            },
          },
          {
            path: 'register',
            lazy: async () => ({ Component: (await import('@/shop/pages/login')).Register }),
          },
          {
            path: 'checkout',
            lazy: async () => ({ Component: (await import('@/shop/pages/checkout')).Checkout }),
          },
          {
            path: 'checkout/return',
            lazy: async () => ({
              Component: (await import('@/shop/pages/checkout-return')).CheckoutReturn,
            }),
          },
          {
            path: 'thanks/:id',
            lazy: async () => ({ Component: (await import('@/shop/pages/thanks')).Thanks }),
          },
          {
            path: 'account',
            lazy: async () => ({ Component: (await import('@/shop/pages/account')).Account }),
            children: [
              { index: true, lazy: room('orders') },
              { path: 'messages', lazy: room('messages') },
              { path: 'addresses', lazy: room('addresses') },
              { path: 'profile', lazy: room('profile') },
              { path: 'sessions', lazy: room('sessions') },
              { path: 'preferences', lazy: room('preferences') },
            ],
          },
          {
            path: 'account/verify-email',
            lazy: async () => ({
              Component: (await import('@/shop/pages/verify-email')).VerifyEmail,
            }),
          },
          {
            path: 'account/forgot-password',
            lazy: async () => ({
              Component: (await import('@/shop/pages/reset-password')).ForgotPassword,
            }),
          },
          {
            path: 'account/reset-password',
            lazy: async () => ({
              Component: (await import('@/shop/pages/reset-password')).ResetPassword,
            }),
          },
          {
            path: 'account/orders/:id',
            lazy: async () => ({ Component: (await import('@/shop/pages/order-page')).OrderPage }),
          },
          {
            path: 'orders/view',
            lazy: async () => ({
              Component: (await import('@/shop/pages/order-page')).LinkedOrder,
            }),
          },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
  {
    path: '/admin',
    errorElement: <Broken />,
    lazy: async () => ({ Component: (await import('@/admin/office')).Office }),
    children: [
      {
        index: true,
        lazy: async () => ({ Component: (await import('@/admin/office')).Dashboard }),
      },
      { path: '*', lazy: async () => ({ Component: (await import('@/admin/office')).Rooms }) },
    ],
  },
]);
