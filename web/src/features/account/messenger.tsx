import { createContext, type ReactNode, useContext } from "react";
import { useTranslation } from "react-i18next";
import type { Messenger } from "@/matrix/messenger";

const Context = createContext<Messenger | null>(null);

export function MessengerProvider({ value, children }: { value: Messenger; children: ReactNode }) {
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useMessenger(): Messenger {
  const messenger = useContext(Context);
  if (!messenger) throw new Error("useMessenger outside of a signed-in page");
  return messenger;
}

export function useLocale(): string {
  return useTranslation().i18n.language;
}
