import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { I18nProvider } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { session } from "@/matrix/session";
import { router } from "./routes";

const queries = new QueryClient({
  defaultOptions: {
    // The answers come from this device when there is no connection: never wait for one.
    queries: { networkMode: "always", refetchOnWindowFocus: false, retry: 1 },
    mutations: { networkMode: "always" },
  },
});

// The next person in this tab sees nothing of the former one.
session.subscribe(() => {
  if (!session.get()) queries.clear();
});

export function App() {
  const { i18n } = useTranslation();
  return (
    <QueryClientProvider client={queries}>
      <I18nProvider locale={i18n.language}>
        <RouterProvider router={router} />
      </I18nProvider>
    </QueryClientProvider>
  );
}
